/**
 * What every {@link TokenScorer} must do, as test cases: run it on each implementation.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TokenScorer } from "./types.js";

/** Largest difference, in nats, between two ways to ask for the same score. */
const TOLERANCE = 1e-3;

const TEXT =
  "The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog, again " +
  "and again, while 3 cats watch: «été» 漢字 👩‍👩‍👧. It was the best of times, it was the worst of times.";

/** Registers the cases; `open` makes a fresh scorer each time. */
export function describeScorer(name: string, open: () => Promise<TokenScorer>): void {
  describe(`${name} as a TokenScorer`, () => {
    let scorer: TokenScorer;
    let ids: Uint32Array;
    let whole: Float32Array;

    beforeAll(async () => {
      scorer = await open();
      ids = scorer.tokenizer.encode(TEXT).ids;
      whole = await scorer.score(ids);
    });
    afterAll(() => scorer.close());

    const expectClose = (found: Float32Array, expected: Float32Array) => {
      expect(found.length).toBe(expected.length);
      for (const [index, value] of expected.entries()) {
        if (Number.isNaN(value)) expect(found[index]).toBeNaN();
        else expect(Math.abs(found[index] - value)).toBeLessThan(TOLERANCE);
      }
    };

    test("has no score for position 0 and one of at most 0 for all others", () => {
      expect(whole.length).toBe(ids.length);
      expect(whole[0]).toBeNaN();
      expect(whole.subarray(1).every((value) => value <= 0 && Number.isFinite(value))).toBe(true);
    });

    test("gives with `from` the end of the whole answer", async () => {
      for (const from of [0, 1, 2, ids.length >> 1, ids.length - 1, ids.length]) {
        expectClose(await scorer.score(ids, { from }), whole.subarray(from));
      }
    });

    test("answers the shortest sequences", async () => {
      expect(await scorer.score(new Uint32Array(0))).toEqual(new Float32Array(0));
      expect(Array.from(await scorer.score(ids.subarray(0, 1)))).toEqual([Number.NaN]);
      expect((await scorer.score(ids.subarray(0, 1), { from: 1 })).length).toBe(0);
      expectClose(await scorer.score(ids.subarray(0, 2)), whole.subarray(0, 2));
    });

    test("gives the same scores in any order of calls and from any cut", async () => {
      const half = ids.length >> 1;
      const other = ids.slice().reverse();
      const otherWhole = await scorer.score(other);
      expectClose(await scorer.score(ids.subarray(0, half)), whole.subarray(0, half));
      expectClose(await scorer.score(ids, { from: half }), whole.subarray(half));
      expectClose(await scorer.score(other, { from: 3 }), otherWhole.subarray(3));
      expectClose(await scorer.score(ids, { from: half + 1 }), whole.subarray(half + 1));
      expectClose(await scorer.score(ids), whole);
    });

    test("scores a token by what is before it alone", async () => {
      const changed = ids.slice();
      const place = ids.length - 4;
      changed[place] = ids[0];
      const scores = await scorer.score(changed);
      expectClose(scores.subarray(0, place), whole.subarray(0, place));
    });

    test("serves two callers at once", async () => {
      const other = ids.slice(4);
      const alone = await scorer.score(other);
      const [one, two, three] = await Promise.all([
        scorer.score(ids),
        scorer.score(other),
        scorer.score(ids, { from: 5 }),
      ]);
      expectClose(one, whole);
      expectClose(two, alone);
      expectClose(three, whole.subarray(5));
    });

    test("leaves the caller's ids alone", async () => {
      const copy = ids.slice();
      await scorer.score(copy);
      expect(copy).toEqual(ids);
    });

    test("stops when its signal fires and works on afterwards", async () => {
      await expect(scorer.score(ids, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: "aborted",
      });
      expectClose(await scorer.score(ids), whole);
    });

    test("refuses more tokens than it reads, and positions outside the text", async () => {
      const tooMany = new Uint32Array(scorer.maxTokens + 1).fill(ids[0]);
      await expect(scorer.score(tooMany)).rejects.toMatchObject({ code: "too-many-tokens" });
      for (const from of [-1, 0.5, ids.length + 1, Number.NaN]) {
        await expect(scorer.score(ids, { from })).rejects.toMatchObject({ code: "invalid-option" });
      }
    });

    test("refuses calls once closed, and may be closed twice", async () => {
      const fresh = await open();
      await fresh.close();
      await fresh.close();
      await expect(fresh.score(ids)).rejects.toMatchObject({ code: "closed" });
    });
  });
}
