import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentsOf } from "../segments.js";
import { toSource } from "../source.js";
import type { Prompt, Span } from "../types.js";
import { jsonPrompt } from "./prompt.js";
import type { JsonRules } from "./rules.js";

/** What comes out when `kept` of the text that is read is kept. */
function rendered(prompt: Prompt, kept: readonly Span[]): string {
  const finished = prompt.finish?.(kept) ?? kept;
  const { source } = prompt;
  const spans = source ? toSource(source, finished) : finished;
  return spans.map(({ start, end }) => (source?.text ?? prompt.text).slice(start, end)).join("");
}

const everything = (prompt: Prompt) => rendered(prompt, [{ start: 0, end: prompt.text.length }]);

/** All that is verbatim and what `choose` takes of the parts: cut between characters, whole ones not. */
function choice(prompt: Prompt, choose: () => boolean): Span[] {
  const kept = [...(prompt.verbatim ?? [])];
  for (const { start, end, whole } of prompt.parts) {
    if (whole) {
      if (choose()) kept.push({ start, end });
      continue;
    }
    for (const segment of segmentsOf(prompt.text.slice(start, end), "grapheme")) {
      const from = start + segment.start;
      if (choose()) kept.push({ start: from, end: from + segment.text.length });
    }
  }
  return kept.sort((a, b) => a.start - b.start);
}

const partsOf = (text: string, rules?: JsonRules, pairs?: "optional") => {
  const prompt = jsonPrompt(text, rules, { pairs });
  return prompt.parts.map(({ start, end, rate, whole }) => [
    prompt.text.slice(start, end),
    rate ?? (whole ? "whole" : undefined),
  ]);
};

/** Keys, types and lengths, without what strings say. */
const shape = (text: string) =>
  JSON.stringify(JSON.parse(text, (_, value) => (typeof value === "string" ? "" : value)));

const contents = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom('"', "\\", "a\nb", "😀é", "\ud83d", "\ude00", " , ", "a, b: [c] {d}", "\u0301x"),
  fc
    .array(fc.constantFrom("of", "words\n", "and", 'q"'), { minLength: 12, maxLength: 16 })
    .map((words) => words.join(" ")),
);
const { value: anyJson } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    contents,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.constantFrom("a", "b", "a.b"), contents), tie("value"), {
      maxKeys: 5,
    }),
  ),
}));
/** JSON texts: formatted in several ways, characters escaped where they need not be. */
const jsonText = fc
  .tuple(anyJson, fc.constantFrom(0, 2, "\t"), fc.constantFrom("", "all", "odd"))
  .map(([value, indent, escaped]) => {
    const text = JSON.stringify(value, undefined, indent);
    if (escaped === "") return text;
    const isEscaped = (code: number) => code > 126 && (escaped === "all" || code % 2 === 1);
    return Array.from({ length: text.length }, (_, i) => {
      const code = text.charCodeAt(i);
      return isEscaped(code) ? `\\u${code.toString(16).padStart(4, "0")}` : text[i];
    }).join("");
  });
const choices = fc.infiniteStream(fc.boolean()).map((stream) => () => stream.next().value === true);

/** Short strings too. */
const ALL: JsonRules = { "": { compress: true } };

describe("jsonPrompt", () => {
  it("leaves short strings as they are unless a rule names them", () => {
    const text =
      '{"sku": "AB 12", "about": "one two three four five six seven eight nine ten eleven twelve"}';
    expect(partsOf(text).map(([own]) => own)).toEqual([
      "one two three four five six seven eight nine ten eleven twelve",
    ]);
    expect(partsOf(text, { sku: { rate: 0.5 } })[0]).toEqual(["AB 12", 0.5]);
    expect(partsOf(text, { sku: { compress: true } })[0]).toEqual(["AB 12", undefined]);
  });

  it("makes a context of every string value asked for and keeps all else verbatim", () => {
    const text = '{"k": "one two", "n": [1e400, 12345678901234567890, -0, null, "three"], "k": ""}';
    expect(partsOf(text, ALL)).toEqual([
      ["one two", undefined],
      ["three", undefined],
    ]);
    const prompt = jsonPrompt(text, ALL);
    expect(prompt.source).toBeUndefined();
    expect(prompt.finish).toBeUndefined();
    expect(rendered(prompt, prompt.verbatim ?? [])).toBe(
      '{"k": "", "n": [1e400, 12345678901234567890, -0, null, ""], "k": ""}',
    );
  });

  it("takes an array or a string as the root; of a number there is nothing to compress", () => {
    expect(partsOf('["a"]', ALL)).toEqual([["a", undefined]]);
    expect(partsOf(' "a b" ')).toEqual([["a b", undefined]]);
    expect(partsOf(' "a b" ', {}, "optional")).toEqual([["a b", undefined]]);
    expect(partsOf("12")).toEqual([]);
    expect(jsonPrompt("12").verbatim).toEqual([{ start: 0, end: 2 }]);
  });

  it("reads strings without escapes, and writes escapes as they were or not at all", () => {
    const text = '["caf\\u00e9 \\ud83d\\ude00 a\\nb \\/ \\ud800"]';
    const prompt = jsonPrompt(text);
    expect(prompt.text).toBe('["café 😀 a\nb / \ud800"]');
    const at = prompt.text.indexOf("😀");
    expect(
      rendered(prompt, [
        { start: 0, end: 2 },
        { start: at, end: at + 2 },
      ]),
    ).toBe('["\\ud83d\\ude00');
    expect(everything(prompt)).toBe(text);
  });

  it("gives rules' rates, keeps what is not to be compressed, and counts contexts from 0", () => {
    const text = '{"a": "one", "b": {"c": "two", "d": "three"}, "e": "four", "f": "five"}';
    const rules = {
      ...ALL,
      a: { rate: 0.3 },
      b: { compress: false, rate: 0.1 },
      c: { rate: 1 },
      f: { compress: true },
    };
    expect(partsOf(text, rules)).toEqual([
      ["one", 0.3],
      ["two", 1],
      ["four", undefined],
      ["five", undefined],
    ]);
    expect(jsonPrompt(text, rules).parts.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(jsonPrompt(text, { x: {}, c: {} }).unmatched).toEqual(["x"]);
    const long = "word ".repeat(12);
    const texts = JSON.stringify({ a: long, e: long });
    const own = jsonPrompt(texts, { e: {} }, { rate: 0.2 }).parts.map(({ rate }) => rate);
    expect(own).toEqual([0.2, undefined]);
  });

  it.each([
    [["a"], '{"b": 2, "c": 3}'],
    [["b"], '{"a": 1, "c": 3}'],
    [["c"], '{"a": 1, "b": 2}'],
    [["a", "b"], '{"c": 3}'],
    [["b", "c"], '{"a": 1}'],
    [["a", "c"], '{"b": 2}'],
    [["a", "b", "c"], "{}"],
  ])("drops %j with one comma each", (paths, left) => {
    const rules = Object.fromEntries(paths.map((path) => [path, { drop: true }]));
    expect(everything(jsonPrompt('{"a": 1, "b": 2, "c": 3}', rules))).toBe(left);
  });

  it("drops array items and all that is in what is dropped, and refuses to drop everything", () => {
    const dropping = { "*.x": { drop: true }, y: { rate: 1 } };
    expect(everything(jsonPrompt('[{"x": {"y": "z"}}, {"x": 1, "y": "z"}]', dropping))).toBe(
      '[{}, {"y": "z"}]',
    );
    expect(everything(jsonPrompt("[1, [2], 3]", { "1": { drop: true } }))).toBe("[1, 3]");
    expect(() => jsonPrompt("[]", { "": { drop: true } })).toThrow("drops the whole text");
  });

  it("may drop short values with their key and comma, where no rule protects them", () => {
    const long = "a text of more than twelve words that is read as a text is";
    const text = `{"a": 1, "b": "short", "c": "${long}", "d": [true], "e": null, "f": "kept"}`;
    expect(partsOf(text, { e: { compress: false }, f: { rate: 0.5 } }, "optional")).toEqual([
      ['"a": 1', "whole"],
      [', "b": "short"', "whole"],
      [long, undefined],
      ["true", "whole"],
      ["kept", 0.5],
    ]);
    const prompt = jsonPrompt(text, {}, { pairs: "optional" });
    expect(rendered(prompt, prompt.verbatim ?? [])).toBe('{"c": "", "d": []}');
  });

  it("leaves an empty object, and drops what is kept only in part", () => {
    const prompt = jsonPrompt('{ "a": "b c", "d": 1 }', {}, { pairs: "optional" });
    expect(rendered(prompt, prompt.verbatim ?? [])).toBe("{  }");
    const [a, d] = prompt.parts;
    const cut = [...(prompt.verbatim ?? []), { start: a.start, end: a.end - 1 }, d];
    expect(
      rendered(
        prompt,
        cut.sort((x, y) => x.start - y.start),
      ),
    ).toBe('{ "d": 1 }');
  });

  it("covers the whole text by parts and verbatim spans, and gives it all back", () => {
    fc.assert(
      fc.property(
        jsonText,
        fc.constantFrom("keep" as const, "optional" as const),
        (text, pairs) => {
          const prompt = jsonPrompt(text, {}, { pairs });
          const all = [...(prompt.verbatim ?? []), ...prompt.parts].sort(
            (a, b) => a.start - b.start,
          );
          let at = 0;
          for (const { start, end } of all) {
            expect(start).toBe(at);
            expect(end).toBeGreaterThan(start);
            at = end;
          }
          expect(at).toBe(prompt.text.length);
          expect(everything(prompt)).toBe(text);
        },
      ),
    );
  });

  it("keeps keys, types and lengths whatever is cut out of the strings", () => {
    fc.assert(
      fc.property(jsonText, choices, (text, choose) => {
        const prompt = jsonPrompt(text);
        expect(shape(rendered(prompt, choice(prompt, choose)))).toBe(shape(text));
      }),
      { numRuns: 500 },
    );
  });

  it("is JSON whatever is dropped, by rules or as a whole", () => {
    const rule = fc.record(
      { rate: fc.constantFrom(0.5, 1), compress: fc.boolean(), drop: fc.boolean() },
      { requiredKeys: [] },
    );
    const paths = fc.constantFrom("a", "b", "*.*", "*.0", "0", "1", "**.a", "/a.b", "*.**.1");
    const rules = fc.dictionary(paths, rule, { maxKeys: 3 });
    fc.assert(
      fc.property(jsonText, rules, choices, (text, own, choose) => {
        const prompt = jsonPrompt(text, own, { pairs: "optional" });
        const out = rendered(prompt, choice(prompt, choose));
        expect(() => JSON.parse(out)).not.toThrow();
        const kept = choice(prompt, choose);
        const once = prompt.finish?.(kept) ?? kept;
        expect(prompt.finish?.(once) ?? once).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });

  it("reads megabytes and deep nesting in linear time", () => {
    const depth = 100_000;
    const deep = jsonPrompt(
      `${'[1,{"a":'.repeat(depth)}"b"${"}]".repeat(depth)}`,
      { a: { rate: 1 } },
      { pairs: "optional" },
    );
    expect(JSON.parse(rendered(deep, deep.verbatim ?? []))).toBeDefined();
    const wide = JSON.stringify(new Array(10_000).fill({ a: 1, é: "\n\u2028" }));
    const prompt = jsonPrompt(wide, {}, { pairs: "optional" });
    expect(rendered(prompt, prompt.verbatim ?? [])).toHaveLength(30_001);
  });
});
