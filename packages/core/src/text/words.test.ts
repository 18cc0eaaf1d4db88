import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundariesOf } from "./boundaries.js";

const wordsOf = (text: string) => {
  const ends = [...new Set([...boundariesOf(text, "word"), text.length])].sort((a, b) => a - b);
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
};
const edgesOf = (text: string, granularity: "word" | "grapheme") =>
  new Set(Array.from(new Intl.Segmenter("en", { granularity }).segment(text), (s) => s.index));

describe("words of every script", () => {
  it.each([
    ["Chinese", "我喜欢学习中文", ["我", "喜欢", "学习", "中文"]],
    ["Japanese", "東京に行く", ["東京", "に", "行く"]],
    ["Thai", "ฉันรักภาษาไทย", ["ฉัน", "รัก", "ภาษา", "ไทย"]],
    ["Arabic with vowel signs", "السَّلامُ عليكم", ["السَّلامُ", " ", "عليكم"]],
    ["Hindi", "मैं हिन्दी बोलता हूँ", ["मैं", " ", "हिन्दी", " ", "बोलता", " ", "हूँ"]],
    ["Korean", "한국어를 배워요", ["한국어를", " ", "배워요"]],
    [
      "Korean in single letters",
      "\u1112\u1161\u11ab\u1100\u116e\u11a8 말",
      ["\u1112\u1161\u11ab\u1100\u116e\u11a8", " ", "말"],
    ],
    ["Russian", "Привет, мир!", ["Привет", ",", " ", "мир", "!"]],
    ["families and skin tones", "👨‍👩‍👧‍👦👋🏿 ok", ["👨‍👩‍👧‍👦", "👋🏿", " ", "ok"]],
    ["flags", "🇯🇵🇰🇷🇹🇭", ["🇯🇵", "🇰🇷", "🇹🇭"]],
    ["stacked marks", "e\u0301\u0323a n\u0303", ["e\u0301\u0323a", " ", "n\u0303"]],
    ["scripts side by side", "GPT模型и модель", ["GPT", "模型", "и", " ", "модель"]],
  ])("%s", (_, text, expected) => {
    expect(wordsOf(text)).toEqual(expected);
  });

  const unit = fc.constantFrom(
    ...["世界", "和", "平", "東京", "に", "タ", "ー", "か\u3099", "〇"],
    ...["สวัสดี", "ครับ", "ำ", "مرحبا", "سَ", "\u0600", "नमस्ते", "क्षि", "\u200d"],
    ...[
      "한국",
      "\u1112\u1161\u11ab",
      "\u1112",
      "\u1161",
      "Привет",
      "й",
      "word",
      "e\u0301",
      "\u0323",
    ],
    ...["👨‍👩‍👧", "👋🏿", "🏿", "🇯🇵", "🇰", "\ufe0f", "1️⃣", "\ud83d", "\udc4b"],
    ...[" ", "\n", "\r\n", "\t", "\u3000", "、", "。", "-", "'", "7", "٣", "\0"],
  );
  const mixed = fc.array(unit, { maxLength: 80 }).map((units) => units.join(""));

  it("join to the text, are never empty, and never cut a character", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const words = wordsOf(text);
        expect(words.join("")).toBe(text);
        if (text !== "") expect(words).not.toContain("");
        const characters = edgesOf(text, "grapheme");
        for (const end of boundariesOf(text, "word"))
          expect([end, characters.has(end)]).toEqual([end, true]);
      }),
      { numRuns: 1000 },
    );
  });

  it("end only where the platform's words end", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const platform = edgesOf(text, "word");
        for (const end of boundariesOf(text, "word"))
          expect([end, platform.has(end)]).toEqual([end, true]);
      }),
      { numRuns: 500 },
    );
  });
});
