import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Granularity, isCharacterEdge, segmentsOf } from "./segments.js";

const GRANULARITIES: readonly Granularity[] = ["grapheme", "word", "sentence"];

const startsOf = (text: string, granularity: Granularity) =>
  Array.from(segmentsOf(text, granularity), ({ start }) => start);

const platformStarts = (text: string, granularity: Granularity) =>
  Array.from(new Intl.Segmenter("en", { granularity }).segment(text), ({ index }) => index);

/** Characters that combine, join, pair, or tie words; no script that needs a dictionary. */
const piece = fc.oneof(
  fc.constantFrom(
    "a",
    "word",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "\ufeff",
    "3",
    "1,000",
    "can't",
    ". ",
    "! ",
    "A",
  ),
  fc.constantFrom(
    "e\u0301",
    "\u0301",
    "👩‍👩‍👧",
    "🇩🇪",
    "👍🏽",
    "é",
    "\u200d",
    "\u0600",
    "\ud83d",
    "क्षि",
  ),
);

describe("segmentsOf", () => {
  it("gives what the platform gives for the whole text, however long", () => {
    const texts = fc.array(piece, { minLength: 300, maxLength: 900 });
    fc.assert(
      fc.property(texts, fc.constantFrom(...GRANULARITIES), (pieces, granularity) => {
        const text = pieces.join("");
        expect(startsOf(text, granularity)).toEqual(platformStarts(text, granularity));
      }),
      { numRuns: 30 },
    );
  });

  it("gives one segment for a character or word of 5,000 units", () => {
    expect(startsOf(`e${"\u0301".repeat(5000)}x`, "grapheme")).toEqual([0, 5001]);
    expect(startsOf(`${"a".repeat(5000)} b`, "word")).toEqual([0, 5000, 5001]);
  });

  it("covers the text without gaps in scripts that are cut by dictionary", () => {
    const text = "สวัสดีครับ世界和平".repeat(200);
    for (const granularity of GRANULARITIES) {
      expect(Array.from(segmentsOf(text, granularity), (s) => s.text).join("")).toBe(text);
    }
  });
});

describe("isCharacterEdge", () => {
  it("agrees with the platform about every place in a text", () => {
    const texts = fc.array(piece, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(texts, (pieces) => {
        const text = pieces.join("");
        const starts = new Set(platformStarts(text, "grapheme")).add(text.length);
        for (let at = 0; at <= text.length; at++) {
          expect([at, isCharacterEdge(text, at)]).toEqual([at, starts.has(at)]);
        }
      }),
    );
  });

  it("is false inside CRLF, a surrogate pair, a flag, and between a letter or space and its mark", () => {
    for (const text of ["\r\n", "👍", "🇩🇪", "e\u0301", " \u0301", "世\u302a", "\u0600 "]) {
      expect(isCharacterEdge(text, text === "🇩🇪" ? 2 : 1)).toBe(false);
    }
  });
});
