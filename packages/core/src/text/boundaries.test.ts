import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundariesOf, type Level } from "./boundaries.js";
import { isCharacterEdge } from "./segments.js";

const piecesOf = (text: string, level: Level) => {
  const ends = [...new Set([...boundariesOf(text, level), text.length])].sort((a, b) => a - b);
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
};
const words = (text: string) => piecesOf(text, "word").filter((piece) => piece.trim() !== "");

describe("words", () => {
  it("are split at spaces and before ordinary punctuation", () => {
    expect(words("Hello, big world.")).toEqual(["Hello", ",", "big", "world", "."]);
  });

  it.each([
    ["10-minute", ["10-minute"]],
    ["$5.50", ["$5.50"]],
    ["25*2=50", ["25*2=50"]],
    ["25*2= 50", ["25*2", "=", "50"]],
    ["don't", ["don't"]],
    ["a/b/c.ts", ["a/b/c.ts"]],
    ["user@example.com", ["user@example.com"]],
    ["50%", ["50%"]],
    ["#tag -5 +3", ["#tag", "-5", "+3"]],
    ["a - b", ["a", "-", "b"]],
    ["a--b", ["a--b"]],
    ["end-", ["end", "-"]],
    ["1,000.5", ["1,000.5"]],
  ])("keep what is tied without a space together: %s", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("are not tied together by a rule of nine dashes or more", () => {
    expect(words("a--------b")).toEqual(["a--------b"]);
    expect(words(`a${"-".repeat(9)}b`).length).toBeGreaterThan(2);
  });

  it("follow the dictionary in Chinese, Japanese and Thai", () => {
    expect(words("世界和平")).toEqual(["世界", "和平"]);
    expect(words("東京に行く").length).toBeGreaterThan(1);
    expect(words("สวัสดีครับ")).toEqual(["สวัสดี", "ครับ"]);
  });

  it("are whole in Arabic, Hindi and Korean", () => {
    expect(words("مرحبا بالعالم")).toEqual(["مرحبا", "بالعالم"]);
    expect(words("नमस्ते दुनिया")).toEqual(["नमस्ते", "दुनिया"]);
    expect(words("안녕 세계")).toEqual(["안녕", "세계"]);
  });

  it("keep an emoji sequence whole and two emojis apart", () => {
    expect(words("👩‍👩‍👧👍🏽")).toEqual(["👩‍👩‍👧", "👍🏽"]);
    expect(words("🇩🇪🇫🇷")).toEqual(["🇩🇪", "🇫🇷"]);
  });
});

describe("sentences", () => {
  it("end after their mark and the space behind it", () => {
    expect(piecesOf("One is. Two! Three? Four", "sentence")).toEqual([
      "One is. ",
      "Two! ",
      "Three? ",
      "Four",
    ]);
  });

  it("do not end in a number or at an abbreviation that goes on in lower case", () => {
    expect(piecesOf("It cost 3.50 i.e. too much.", "sentence")).toHaveLength(1);
  });

  it("end at line breaks and at ideographic full stops", () => {
    expect(piecesOf("one\ntwo", "sentence")).toEqual(["one\n", "two"]);
    expect(piecesOf("你好。再见。", "sentence")).toEqual(["你好。", "再见。"]);
  });
});

describe("lines and graphemes", () => {
  it("end after the line feed, CRLF included", () => {
    expect(piecesOf("a\r\nb\n\nc", "line")).toEqual(["a\r\n", "b\n", "\n", "c"]);
  });

  it("are characters as people see them", () => {
    expect(piecesOf("e\u0301👩‍👩‍👧\r\nx", "grapheme")).toEqual(["e\u0301", "👩‍👩‍👧", "\r\n", "x"]);
  });
});

describe("every level", () => {
  it("cuts between characters only, strictly inside the text", () => {
    const unit = fc.constantFrom(
      "a",
      " ",
      "\n",
      "\r",
      "\u0301",
      "ำ",
      "\u0600",
      "🇩🇪",
      "-",
      "。",
      "7",
      "\ud83d",
    );
    const level = fc.constantFrom<Level>("grapheme", "word", "line", "sentence");
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), level, (units, at) => {
        const text = units.join("");
        for (const end of boundariesOf(text, at)) {
          expect(end > 0 && end < text.length && isCharacterEdge(text, end)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
