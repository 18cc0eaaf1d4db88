/**
 * What every {@link Tokenizer} must do, as test cases: run it on each implementation.
 *
 * @module
 */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { encodePieces } from "./pieces.js";
import type { Tokenizer } from "./types.js";

/** Texts that have broken tokenizers before. */
const AWKWARD_TEXTS: readonly string[] = [
  "",
  " ",
  "\n\n\n",
  "The quick brown fox.",
  "  two  spaces\r\n\tand tabs \n",
  "漢字かな交じり文。ไทยไม่มีช่องว่าง नमस्ते",
  "😀👩‍👩‍👧🇩🇪 e\u0301 été \u{1F600}\u{FE0F}",
  "\u{FEFF}BOM, nel\u0085, nbsp\u00A0, \u2028, \u3000",
  "<|im_start|>user\nhi<|im_end|> <|endoftext|>",
  "\u0000\u0001\u0004\u001F\u007F",
  "\u{4FFFF}\u{10FFFF}\u{F1000}",
  "12,345.67 ١٢٣ ½Ⅷ",
  `function f(a){return a?b:"c"}//${"x".repeat(300)}`,
];

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom(...AWKWARD_TEXTS), { maxLength: 4 }).map((parts) => parts.join(" ")),
);

/** Registers the cases; `open` makes the tokenizer. A text that `isLossy` need not come back. */
export function describeTokenizer(
  name: string,
  open: () => Promise<Tokenizer>,
  isLossy: (text: string) => boolean = () => false,
): void {
  describe(`${name} as a Tokenizer`, () => {
    let tokenizer: Tokenizer;
    beforeAll(async () => {
      tokenizer = await open();
    });

    const expectCovered = (source: string) => {
      const { text, ids, offsets } = tokenizer.encode(source);
      expect(text).toBe(source);
      expect(offsets.length).toBe(ids.length + 1);
      expect(offsets[0]).toBe(0);
      expect(offsets[ids.length]).toBe(source.length);
      for (let token = 0; token < ids.length; token++) {
        expect(offsets[token + 1]).toBeGreaterThanOrEqual(offsets[token]);
        expect(isInsideCharacter(source, offsets[token])).toBe(false);
      }
    };
    const expectRoundTrip = (source: string) => {
      if (isLossy(source)) return;
      expect(tokenizer.decode(tokenizer.encode(source).ids)).toBe(source);
    };

    test.each(AWKWARD_TEXTS)("covers and gives back %j", (source) => {
      expectCovered(source);
      expectRoundTrip(source);
    });

    test("covers every character of any text with rising offsets, and cuts none", () => {
      fc.assert(fc.property(text, expectCovered));
      fc.assert(fc.property(fc.string({ unit: loneSurrogates }), expectCovered));
    });

    test("gives back any well-formed text", () => {
      fc.assert(fc.property(text, expectRoundTrip));
    });

    test("gives the same tokens piece by piece", async () => {
      const long = fc.array(text, { minLength: 20, maxLength: 60 }).map((all) => all.join(" and "));
      await fc.assert(
        fc.asyncProperty(long, async (source) => {
          expect(await encodePieces(tokenizer, source)).toEqual(tokenizer.encode(source));
        }),
        { numRuns: 20 },
      );
    });

    test("does not hang on a giant word, a giant space and many emoji", () => {
      for (const source of ["a".repeat(50_000), " ".repeat(50_000), "😀".repeat(25_000)]) {
        const start = performance.now();
        expectCovered(source.slice(0, 10_000));
        tokenizer.encode(source);
        expect(performance.now() - start).toBeLessThan(5000);
      }
    });
  });
}

const loneSurrogates = fc.constantFrom("\uD83D", "\uDE00", "a", " ");

/** Whether a cut at `offset` would part a surrogate pair. */
function isInsideCharacter(source: string, offset: number): boolean {
  if (offset === 0 || offset >= source.length) return false;
  return (source.codePointAt(offset - 1) as number) > 0xffff;
}
