import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sentencesOf } from "./sentences.js";

const split = (text: string) =>
  Array.from(sentencesOf(text, { start: 0, end: text.length }), ({ start, end }) =>
    text.slice(start, end),
  );

/** The original: collapse, split, strip. */
function original(text: string): string[] {
  const pattern = /(?<!\w\.\w.)(?<![A-Z][a-z]\.)(?<=\.|\?)\s/;
  const parts = text.replace(/\s+/g, " ").split(pattern);
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

describe("sentencesOf", () => {
  test("splits at white space where the original splits collapsed text", () => {
    const unit = fc.constantFrom(..."aB.?! \n\t,", "Dr.", "e.g. ", "3.5", ". ");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        expect(split(text).map((sentence) => sentence.replace(/\s+/g, " "))).toEqual(
          original(text),
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["你好。你叫什么名字？我叫小明！", ["你好。", "你叫什么名字？", "我叫小明！"]],
    ["「はい。」と言った。次。", ["「はい。」", "と言った。", "次。"]],
    ["मैं घर जाता हूँ। वह आता है।", ["मैं घर जाता हूँ।", "वह आता है।"]],
    ["كيف حالك؟ أنا بخير.", ["كيف حالك؟", "أنا بخير."]],
    ["ผมชอบกินข้าว ผมไปตลาด", ["ผมชอบกินข้าว ผมไปตลาด"]],
    ["３．１４は円周率。", ["３．１４は円周率。"]],
  ])("splits %s after its script's own stops", (text, sentences) => {
    expect(split(text)).toEqual(sentences);
  });

  test("does not tear a mark from the space that carries it", () => {
    expect(split("one. \u0301two. three")).toEqual(["one.", " \u0301two.", "three"]);
  });

  test("reads nothing outside its span", () => {
    const spans = [...sentencesOf("a. b. c. d", { start: 3, end: 7 })];
    expect(spans).toEqual([
      { start: 3, end: 5 },
      { start: 6, end: 7 },
    ]);
  });
});
