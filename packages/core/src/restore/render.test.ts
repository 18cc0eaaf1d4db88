import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../text/types.js";
import { sliceSpans, spansOf, withGlue } from "./render.js";

/** Spans of the upper-case and digit runs of a text: what is "kept". */
const keptSpans = (text: string, kept: RegExp): Span[] =>
  [...text.matchAll(kept)].map(({ 0: match, index }) => ({
    start: index,
    end: index + match.length,
  }));
const glued = (text: string, kept = /[A-Z]+/g, verbatimStarts?: ReadonlySet<number>) =>
  sliceSpans(text, withGlue(text, keptSpans(text, kept), verbatimStarts));

describe("spansOf", () => {
  it("merges kept neighbours and skips empty tokens", () => {
    const offsets = Uint32Array.of(0, 2, 2, 5, 6, 8);
    expect(spansOf(offsets, Uint8Array.of(1, 1, 1, 0, 1))).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 8 },
    ]);
    expect(spansOf(offsets, Uint8Array.of(0, 1, 0, 0, 0))).toEqual([]);
  });
});

describe("withGlue", () => {
  it("keeps words apart that white space kept apart, by one space", () => {
    expect(glued("A and B")).toBe("A B");
    expect(glued("A  \t and  B")).toBe("A B");
  });

  it("keeps words together that nothing kept apart", () => {
    expect(glued("AxxB")).toBe("AB");
  });

  it("prefers a line break and the indentation after it", () => {
    expect(glued("A and\n  xx B")).toBe("A\n  B");
    expect(glued("A and\r\nxx B")).toBe("A\r\nB");
    expect(glued("A\n\nxx B")).toBe("A\n\nB");
  });

  it("adds nothing where a side brings its own space, but still a line break", () => {
    expect(glued("A and B", /[A-Z]+| B/g)).toBe("A B");
    expect(glued("A\nand B", /A| B/g)).toBe("A\nB");
    expect(glued("A\nxx\nB", /A\n|B/g)).toBe("A\nB");
  });

  it("drops the space that led a word which now starts a line or the text", () => {
    expect(glued("A\nxx B", /A\n| B/g)).toBe("A\nB");
    expect(glued("xx B", / B/g)).toBe("B");
    expect(glued(" B", / B/g)).toBe(" B");
    expect(glued("A\n B", /A\n| B/g)).toBe("A\n B");
  });

  it("keeps that space where text is verbatim", () => {
    expect(glued("A\nxx B", /A\n| B/g, new Set([4]))).toBe("A\n B");
  });

  it("neither glues with half of a character nor trims one", () => {
    expect(glued("A \u0301B")).toBe("AB");
    expect(glued("A\nxx \u0301B", /A\n| \u0301B/g)).toBe("A\n \u0301B");
  });

  it("never glues words together, adds only white space, and keeps every span but its lead space", () => {
    const piece = fc.constantFrom("AB", "C", "xy", " ", "\n", "\t", "  ", "\r\n");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const words = keptSpans(text, /[A-Z]+/g).map(({ start, end }) => text.slice(start, end));
        const out = glued(text);
        expect(out.replace(/\s+/g, "")).toBe(words.join(""));
        const spaced = text.replace(/xy/g, "").split(/\s+/).filter(Boolean);
        expect(out.split(/\s+/).filter(Boolean)).toEqual(spaced);
        expect(out.includes("\n")).toBe(/[A-Z][^A-Z]*\n[^A-Z]*[A-Z]/.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it("gives sorted, disjoint, non-empty spans", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[AB x\n]{0,40}$/), (text) => {
        let last = -1;
        for (const { start, end } of withGlue(text, keptSpans(text, / ?[A-Z]+/g))) {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
      }),
    );
  });
});
