import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COUNT_PIECES, ENCODE_PIECES, encodePieces, piecesOf } from "./pieces.js";
import { createWordTokenizer } from "./word-tokenizer.js";

const SHORT = { target: 20, longest: 40 };

describe("piecesOf", () => {
  test("joins to the text, in pieces no longer than the limit, each whole when cut again", () => {
    const unit = fc.constantFrom("a", " ", "\n", ".", "字", "。", "é", "😀", "👩‍👩‍👧", "7", "'");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 300 }), (text) => {
        const pieces = [...piecesOf(text, SHORT)];
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(SHORT.longest + 1);
          expect([...piecesOf(piece, SHORT)]).toEqual([piece]);
        }
      }),
    );
  });

  test("cuts before a space, a line break or a pause behind a word", () => {
    expect([...piecesOf("abcdefghijklmnopqrst uvw", SHORT)]).toEqual([
      "abcdefghijklmnopqrst",
      " uvw",
    ]);
    expect([...piecesOf("abcdefghijklmnopqrst\n\nuvw", SHORT)][1]).toBe("\n\nuvw");
    expect([...piecesOf(`${"字".repeat(22)}。文`, SHORT)][1]).toBe("。文");
  });

  test("never cuts inside an emoji of several characters", () => {
    for (const piece of piecesOf("👩‍👩‍👧‍👦".repeat(50), SHORT))
      expect(piece.startsWith("👩")).toBe(true);
  });

  test("never parts a surrogate pair of a text that is one giant grapheme", () => {
    const text = `a${"\u{E0100}".repeat(500)}`;
    for (const piece of piecesOf(text, SHORT)) expect(piece.isWellFormed()).toBe(true);
  });

  test("takes linear time for text without a place to cut", () => {
    const start = performance.now();
    for (const lengths of [ENCODE_PIECES, COUNT_PIECES]) {
      for (const unit of ["a", " ", "\n", "😀", "字"]) {
        expect([...piecesOf(unit.repeat(200_000), lengths)].join("")).toBe(unit.repeat(200_000));
      }
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("encodePieces", () => {
  test("lets timers run and reports progress", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const seen: number[] = [];
    const text = "some words here ".repeat(60_000);
    await encodePieces(createWordTokenizer(), text, { onProgress: (done) => seen.push(done) });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(text.length);
  });

  test("stops when its signal fires", async () => {
    const controller = new AbortController();
    const run = encodePieces(createWordTokenizer(), "word ".repeat(10_000), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });
});
