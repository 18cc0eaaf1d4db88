import { describe, expect, it } from "vitest";
import { mergeSpans, protectedSpans } from "./protect.js";

const found = (text: string, ...protect: (string | RegExp)[]) =>
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

  it("refuses anything else, naming it", () => {
    expect(() => protectedSpans("a", [42 as unknown as string])).toThrow(
      expect.objectContaining({
        code: "invalid-option",
        message: "protect holds 42 (number); give strings or regular expressions.",
      }),
    );
  });
});
