/**
 * What every {@link Ranker} must do, as test cases: run it on each implementation.
 *
 * @module
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ranker } from "./types.js";

/** Largest difference between two ways to ask for the same score, relative to the largest one. */
const TOLERANCE = 1e-4;

const QUERY = "When did the first railway open?";
const TEXTS = [
  "The Stockton and Darlington Railway opened in 1825; it was the first public railway with steam.",
  "Bananas are rich in potassium and grow in the tropics.",
  "",
  " \n\t ",
  "«été» 漢字かな 👩‍👩‍👧 مرحبا ไทย",
  "The Stockton and Darlington Railway opened in 1825; it was the first public railway with steam.",
];

/** A ranker, with something to close when it holds a model. */
export type RankerUnderTest = Ranker & { close?(): Promise<void> };

/** Registers the cases; `open` makes a fresh ranker. */
export function describeRanker(name: string, open: () => Promise<RankerUnderTest>): void {
  describe(`${name} as a Ranker`, () => {
    let ranker: RankerUnderTest;
    let whole: Float64Array;

    beforeAll(async () => {
      ranker = await open();
      whole = await ranker.score(QUERY, TEXTS);
    });
    afterAll(() => ranker.close?.());

    const expectClose = (found: Float64Array, expected: ArrayLike<number>) => {
      expect(found.length).toBe(expected.length);
      const scale = Math.max(1, ...Array.from(expected, Math.abs));
      for (const [index, score] of found.entries()) {
        expect(Math.abs(score - expected[index])).toBeLessThanOrEqual(TOLERANCE * scale);
      }
    };
    const expectFinite = (scores: Float64Array, length: number) => {
      expect(scores).toBeInstanceOf(Float64Array);
      expect(scores.length).toBe(length);
      expect(scores.every(Number.isFinite)).toBe(true);
    };

    test("has a name", () => expect(ranker.name).toMatch(/\S/));

    test("gives one finite score for each text, empty and foreign ones too", () => {
      expectFinite(whole, TEXTS.length);
    });

    test("gives equal texts equal scores", () => expectClose(whole.slice(5), [whole[0]]));

    test("answers an empty list with an empty list", async () => {
      expectFinite(await ranker.score(QUERY, []), 0);
    });

    test("answers a list of empty texts", async () => {
      expectFinite(await ranker.score(QUERY, [""]), 1);
      expectFinite(await ranker.score(QUERY, ["", "", " "]), 3);
    });

    test("answers one document", async () => {
      expectFinite(await ranker.score(QUERY, TEXTS.slice(0, 1)), 1);
    });

    test("answers a query that shares no word with any text", async () => {
      expectFinite(await ranker.score("xylophon qwertz", TEXTS), TEXTS.length);
      expectFinite(await ranker.score("?!", TEXTS), TEXTS.length);
    });

    test("gives the same scores again, also to a ranker made apart", async () => {
      expectClose(await ranker.score(QUERY, TEXTS), whole);
      const other = await open();
      expectClose(await other.score(QUERY, TEXTS), whole);
      await other.close?.();
    });

    test("gives every text its score whatever the order of the list", async () => {
      const reversed = await ranker.score(QUERY, TEXTS.toReversed());
      expectClose(reversed.toReversed(), whole);
    });

    test("serves two callers at once and leaves their lists alone", async () => {
      const texts = Object.freeze([...TEXTS]);
      const [one, two] = await Promise.all([
        ranker.score(QUERY, texts),
        ranker.score(QUERY, texts.slice(0, 2)),
      ]);
      expectClose(one, whole);
      expectFinite(two, 2);
    });

    test("refuses to start with a signal that has fired, and works on afterwards", async () => {
      const signal = AbortSignal.abort();
      for (const texts of [TEXTS, []]) {
        await expect(ranker.score(QUERY, texts, { signal })).rejects.toMatchObject({
          code: "aborted",
        });
      }
      expectClose(await ranker.score(QUERY, TEXTS), whole);
    });

    test("gives finite scores for any Unicode, unpaired surrogates too", async () => {
      const text = fc.oneof(
        fc.string({ unit: "binary", maxLength: 30 }),
        fc
          .array(fc.constantFrom("\ud83d", "\udc00", "\0", "ﬀ", "İ", "ß", "e\u0301", " "))
          .map((a) => a.join("")),
      );
      await fc.assert(
        fc.asyncProperty(text, fc.array(text, { maxLength: 5 }), async (query, texts) => {
          expectFinite(await ranker.score(`q${query}`, texts), texts.length);
        }),
        { numRuns: 25 },
      );
    });
  });
}
