import { describe, expect, it } from "vitest";
import { applyRules, type JsonRules } from "./rules.js";
import { scanJson } from "./scan.js";

/** The rate that holds for every number in `value`, in order. */
function rates(value: unknown, rules: JsonRules): (number | undefined)[] {
  const text = JSON.stringify(value);
  const nodes = scanJson(text);
  const { ruling } = applyRules(text, nodes, rules);
  return nodes.flatMap(({ kind }, i) => (kind === "scalar" ? [ruling[i]?.rate] : []));
}

const unmatched = (value: unknown, rules: JsonRules) => {
  const text = JSON.stringify(value);
  return applyRules(text, scanJson(text), rules).unmatched;
};

describe("applyRules", () => {
  it("finds a bare key at any depth, and what is in it", () => {
    expect(rates({ a: 1, b: { a: 2, c: [{ a: [3] }] } }, { a: { rate: 0.1 } })).toEqual([
      0.1, 0.1, 0.1,
    ]);
    expect(rates({ b: 1, c: { b: 2 } }, { c: { rate: 0.1 } })).toEqual([undefined, 0.1]);
  });

  it("reads dotted paths from the root, with * for one step and ** for any number", () => {
    const value = { m: [{ c: 1 }, { c: 2 }], c: 3, x: { m: [{ c: 4 }] } };
    expect(rates(value, { "m.*.c": { rate: 0.1 } })).toEqual([0.1, 0.1, undefined, undefined]);
    expect(rates(value, { "m.1.c": { rate: 0.1 } })).toEqual([
      undefined,
      0.1,
      undefined,
      undefined,
    ]);
    expect(rates(value, { "**.m.**": { rate: 0.1 } })).toEqual([0.1, 0.1, undefined, 0.1]);
    expect(rates(value, { "**": { rate: 0.1 } })).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(rates(value, { "*": { rate: 0.1 } })).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(rates(value, { "": { rate: 0.1 } })).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(rates(value, { "**.*.c": { rate: 0.1 } })).toEqual([0.1, 0.1, undefined, 0.1]);
  });

  it("takes names with dots, slashes and escapes after a slash", () => {
    const value = { "a.b": 1, "c/d": 2, "e~f": 3, 'g"\n': 4, "": 5, x: { "a.b": 6 } };
    const names = ["/a.b", "/c~1d", "/e~0f", '/g"\n', "/"];
    const rules = Object.fromEntries(names.map((name, i) => [name, { rate: (i + 1) / 10 }]));
    expect(rates(value, rules)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, undefined]);
    expect(rates(value, { "/**/a.b": { rate: 0.1 } })).toEqual([
      0.1,
      ...new Array(4).fill(undefined),
      0.1,
    ]);
  });

  it("prefers a name to *, * to **, the longer path, then the later rule", () => {
    const value = { a: { b: 1 } };
    const winner = (...paths: string[]) => {
      const rules = Object.fromEntries(paths.map((path, i) => [path, { rate: (i + 1) / 10 }]));
      return paths[Math.round((rates(value, rules)[0] ?? 0) * 10) - 1];
    };
    expect(winner("a.b", "b", "*.b", "a.*", "**")).toBe("a.b");
    expect(winner("b", "a.*", "a.**")).toBe("b");
    expect(winner("*.b", "b", "*.*")).toBe("*.b");
    expect(winner("a.**", "*.*", "**")).toBe("*.*");
    expect(winner("a.**", "**")).toBe("a.**");
    expect(winner("b", "**.b")).toBe("**.b");
    expect(winner("/a/b", "a.b")).toBe("a.b");
  });

  it("puts a value's own rule before those around it, as a whole", () => {
    expect(rates({ a: { b: 1, c: 2 } }, { a: { rate: 0.1 }, b: { compress: true } })).toEqual([
      undefined,
      0.1,
    ]);
  });

  it("names the rules that match nothing", () => {
    const rules = { a: {}, b: {}, "a.*": {}, "/a/1": {}, "": {}, "**": {} };
    expect(unmatched({ a: [0] }, rules)).toEqual(["b", "/a/1"]);
  });

  it("is no slower for depth", () => {
    const depth = 100_000;
    const text = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const rules = { "**.a.**.a": { rate: 0.1 }, b: { rate: 0.2 } };
    const { ruling, unmatched } = applyRules(text, scanJson(text), rules);
    expect(ruling.at(-1)).toEqual({ rate: 0.1 });
    expect(unmatched).toEqual(["b"]);
  });

  it.each([
    [{ "a..b": {} }, /path "a\.\.b": a name between its dots is empty/],
    [{ "/a~2": {} }, /after ~ only 0 and 1/],
    [{ a: { rate: 0 } }, /rule for "a" has rate 0/],
    [{ a: { rate: "0.5" } }, /has rate 0\.5; give a number/],
    [{ a: { compress: 1 } }, /has compress 1; give true or false/],
    [{ a: { keep: true } }, /has keep; there are rate, compress and drop/],
    [{ a: null }, /is no \{ rate, compress, drop \}/],
  ])("refuses %j", (rules, message) => {
    expect(() => rates({}, rules as unknown as JsonRules)).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });
});
