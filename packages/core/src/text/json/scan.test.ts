import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isJsonDocument, type JsonNode, scanJson } from "./scan.js";

/** The value that the spans stand for, by `JSON.parse` of the scalars alone. */
function readBack(text: string, nodes: readonly JsonNode[]): unknown {
  const values: unknown[] = [];
  for (const { kind, start, end, parent, key, index } of nodes) {
    const isOpen = kind === "object" || kind === "array";
    const value = isOpen ? (kind === "array" ? [] : {}) : JSON.parse(text.slice(start, end));
    values.push(value);
    if (parent < 0) continue;
    const name = key === undefined ? index : JSON.parse(text.slice(key.start, key.end));
    Object.defineProperty(values[parent], name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return values[0];
}

function parsed(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return "refused";
  }
}

function agrees(text: string): void {
  expect(parsed(() => readBack(text, scanJson(text)))).toEqual(parsed(() => JSON.parse(text)));
}

const written = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, "\t"))
  .map(([value, indent]) => JSON.stringify(value, undefined, indent));

describe("scanJson", () => {
  it("reads what JSON.parse reads, with the same values", () => {
    fc.assert(fc.property(written, agrees), { numRuns: 300 });
  });

  it("refuses what JSON.parse refuses, after any small change", () => {
    const change = fc.record({
      at: fc.nat(),
      cut: fc.integer({ min: 0, max: 2 }),
      put: fc.oneof(
        fc.string({
          unit: fc.constantFrom(...'[]{},:"\\0123456789-+.eEutrfalsn \n\u0001\u00a0\ufeff'),
        }),
        fc.string({ maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(written, fc.array(change, { maxLength: 3 }), (text, changes) => {
        let changed = text;
        for (const { at, cut, put } of changes) {
          const from = at % (changed.length + 1);
          changed = changed.slice(0, from) + put + changed.slice(from + cut);
        }
        agrees(changed);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ...[
      "",
      " ",
      "nul",
      "truex",
      "01",
      "-",
      "1.",
      ".5",
      "1e",
      "+1",
      "0x1",
      "NaN",
      "'a'",
      '"',
      '"\\',
    ],
    ...[
      '"\\u12"',
      '"\\x"',
      '"a\nb"',
      "[1,]",
      "[,1]",
      "[1 2]",
      "[",
      "]",
      '{"a"}',
      '{"a":}',
      "{a:1}",
    ],
    ...['{"a":1,}', "[]]", "{}{}", "\ufeff{}", "\u00a0[]", '["\u2028"]', "1e400", "-0", "-0.0e-0"],
    ...['{"a":1,"a":2}', '"\\ud800"', '{"__proto__":1}', " [ ] ", '{ "a" : { } }', "[[],[[]],{}]"],
  ])("agrees with JSON.parse on %j", agrees);

  it.each([
    ['{\n  "a": 1,\n  b: 2}', 'expected a key in double quotes at line 3, column 3, found "b"'],
    ['{"a" 1}', 'expected : after a key at line 1, column 6, found "1"'],
    ["[1 2]", 'expected , or ] after a value at line 1, column 4, found "2"'],
    ['{"a": 1', "expected , or } after a value at line 1, column 8, found the end"],
    ["[1,]", 'expected a value at line 1, column 4, found "]"'],
    ["[] x", "expected the end of the text at line 1, column 4"],
    ['"a', 'expected a closing " for the string at line 1, column 1'],
    ['"\\q"', "expected an escape"],
    ['"\t"', "for a control character at line 1, column 2"],
  ])("says of %j what was expected where", (text, message) => {
    const error = { code: "invalid-prompt", message: expect.stringContaining(message) };
    expect(() => scanJson(text)).toThrow(expect.objectContaining(error));
  });

  it("reads nesting of any depth", () => {
    const depth = 200_000;
    const nodes = scanJson("[".repeat(depth) + "]".repeat(depth));
    expect(nodes).toHaveLength(depth);
    expect(nodes[0]).toMatchObject({ start: 0, end: 2 * depth });
    expect(() => scanJson("[".repeat(depth))).toThrow("expected a value");
  });
});

describe("isJsonDocument", () => {
  it("takes whole objects, arrays and strings, nothing else", () => {
    for (const text of ["{}", " [1, {}]\n", '{"a": "b"}', '"a"'])
      expect(isJsonDocument(text)).toBe(true);
    for (const text of ["", "1", '"a', "null", "{", "{a}", "[1] and more [2]", "see {}"]) {
      expect(isJsonDocument(text)).toBe(false);
    }
  });
});
