import { describe, expect, it } from "vitest";
import { mergeSpans, type Protect, protectedSpans } from "./protect.js";

const found = (text: string, ...protect: Protect[]) =>
  protectedSpans(text, protect).map(({ start, end }) => [start, end]);

describe("protectedSpans", () => {
  it("finds every occurrence of a string and every match of a pattern, with or without its g", () => {
    expect(found("ab cab ab", "ab")).toEqual([
      [0, 2],
      [4, 6],
      [7, 9],
    ]);
    expect(found("a1 b22", /\d+/)).toEqual([
      [1, 2],
      [4, 6],
    ]);
    expect(found("a1 b22", /\d+/g)).toEqual([
      [1, 2],
      [4, 6],
    ]);
  });

  it("does not stop at the first gap for a sticky pattern, and leaves the caller's lastIndex alone", () => {
    const pattern = /\d/gy;
    pattern.lastIndex = 3;
    expect(found("1 2 3", pattern)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(pattern.lastIndex).toBe(3);
  });

  it("keeps flags that change what matches", () => {
    expect(found("A a", /a/i)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(found("x\ny", /^y/m)).toEqual([[2, 3]]);
  });

  it("sorts and joins what touches or overlaps", () => {
    expect(found("abcdef", "cd", "ab", /bc/)).toEqual([[0, 4]]);
    expect(
      mergeSpans([
        { start: 3, end: 9 },
        { start: 4, end: 5 },
      ]),
    ).toEqual([{ start: 3, end: 9 }]);
  });

  it("finds nothing for empty strings, empty matches and no wishes", () => {
    expect(found("abc", "", /x*/, "z")).toEqual([]);
    expect(protectedSpans("abc")).toEqual([]);
  });

  it("finds long strings too, in linear time and without overlaps", () => {
    const long = "ab".repeat(150);
    expect(found(`x${long}${long}a`, long)).toEqual([[1, 601]]);
    expect(found(`b${"a".repeat(300)}c`, `${"a".repeat(299)}c`)).toEqual([[2, 302]]);
    expect(found("a".repeat(1_000_000), `b${"a".repeat(300_000)}`)).toEqual([]);
  });

  it("takes places in the text, and classes", () => {
    expect(found("abcdef", { start: 1, end: 3 }, { start: 5, end: 5 })).toEqual([[1, 3]]);
    expect(found("a 12 b", { class: "numbers" }, "b")).toEqual([
      [2, 4],
      [5, 6],
    ]);
  });

  it("widens to whole characters", () => {
    expect(found("e\u0301 e", "e")).toEqual([
      [0, 2],
      [3, 4],
    ]);
    expect(found("\u{1f469}\u200d\u{1f467}x", "\u{1f467}")).toEqual([[0, 5]]);
    expect(found("a\r\nb", /\n/)).toEqual([[1, 3]]);
    expect(found("👍", { start: 1, end: 2 })).toEqual([[0, 2]]);
    const marks = `e${"\u0301\u0302".repeat(200_000)}`;
    expect(found(marks, "e", "\u0302")).toEqual([[0, marks.length]]);
  });

  it.each<[unknown, string | RegExp]>([
    [42, /^protect holds 42 \(number\); give strings, regular expressions, .* numbers, .*closing-/],
    [null, /^protect holds null \(object\); /],
    [{ class: "number" }, /^protect holds \{"class":"number"\}; .* one of numbers, identifiers, /],
    [{ class: "toString" }, /^protect holds /],
    [{ start: 1.5, end: 2 }, /^protect holds \{"start":1.5,"end":2\}; /],
    [{ start: 3, end: 2 }, /^protect holds /],
    [
      { start: 0, end: 9 },
      'protect holds {"start":0,"end":9}, but the prompt ends at 1 (UTF-16 units).',
    ],
  ])("refuses anything else, naming it and the classes: %j", (wanted, message) => {
    expect(() => protectedSpans("a", [wanted as Protect])).toThrow(
      expect.objectContaining({
        code: "invalid-option",
        message: typeof message === "string" ? message : expect.stringMatching(message),
      }),
    );
  });

  it("checks places for their form alone where there is no text yet", () => {
    expect(protectedSpans("", [{ start: 0, end: 9 }])).toEqual([]);
    expect(() => protectedSpans("", [{ start: -1, end: 9 }])).toThrow("protect holds");
  });
});
