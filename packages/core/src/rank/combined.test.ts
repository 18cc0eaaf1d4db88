import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bm25 } from "./bm25.js";
import { combinedRanker, ranksOf, zScores } from "./combined.js";
import { gzip } from "./gzip.js";
import { describeRanker } from "./ranker-suite.js";
import type { Ranker } from "./types.js";

describeRanker("rank fusion", async () => combinedRanker([bm25(), gzip()], { how: "rrf" }));
describeRanker("z-scores added", async () => combinedRanker([bm25(), gzip()], { how: "z" }));

const fixed = (...scores: number[]): Ranker => ({
  name: "fixed",
  score: async () => Float64Array.from(scores),
});
const scores = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 8 });

describe("a combined ranker", () => {
  test("adds 1 / (60 + rank) of every ranker", async () => {
    const ranker = combinedRanker([fixed(3, 2, 1), fixed(0, 9, 9)], { how: "rrf" });
    const found = await ranker.score("q", ["a", "b", "c"]);
    const expected = [1 / 61 + 1 / 63, 1 / 62 + 1 / 61.5, 1 / 63 + 1 / 61.5];
    for (const [index, score] of found.entries()) expect(score).toBeCloseTo(expected[index], 12);
  });

  test("lets a ranker that is sure decide with z, and the count of rankers with rrf", async () => {
    const sure = fixed(100, 0, 0, 0);
    const unsure = [fixed(0, 0.2, 0.1, 0.3), fixed(0, 0.2, 0.3, 0.3)];
    const texts = ["a", "b", "c", "d"];
    const z = await combinedRanker([sure, fixed(0.2, 0, 0.1, 0.3)], { how: "z" }).score("q", texts);
    expect(z.indexOf(Math.max(...z))).toBe(0);
    const rrf = await combinedRanker([sure, ...unsure], { how: "rrf" }).score("q", texts);
    expect(rrf.indexOf(Math.max(...rrf))).toBe(3);
  });

  test("names its rankers", () => {
    expect(combinedRanker([bm25(), gzip()], { how: "z" }).name).toBe("z(bm25, gzip)");
  });

  test("refuses an empty list and an unknown way", () => {
    const invalid = expect.objectContaining({ code: "invalid-option" });
    expect(() => combinedRanker([], { how: "z" })).toThrow(invalid);
    expect(() => combinedRanker([bm25()], { how: "max" as "z" })).toThrow(invalid);
  });

  test("fails when one of its rankers answers nonsense", async () => {
    const call = combinedRanker([bm25(), fixed(1)], { how: "z" }).score("q", ["a", "b"]);
    await expect(call).rejects.toMatchObject({
      code: "ranker-failed",
      message: expect.stringContaining("answered 1 scores; expected 2"),
    });
  });
});

test("ranks keep the order of the scores, share ties and sum to n (n + 1) / 2", () => {
  fc.assert(
    fc.property(scores, (values) => {
      const ranks = ranksOf(Float64Array.from(values));
      expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(
        (values.length * (values.length + 1)) / 2,
      );
      for (const [i, a] of values.entries()) {
        for (const [j, b] of values.entries()) {
          expect(Math.sign(ranks[j] - ranks[i])).toBeCloseTo(Math.sign(a > b ? 1 : a < b ? -1 : 0));
        }
      }
    }),
  );
});

test("z-scores are finite, keep the order and have mean 0", () => {
  fc.assert(
    fc.property(scores, (values) => {
      const z = zScores(Float64Array.from(values));
      expect(z.every(Number.isFinite)).toBe(true);
      expect(z.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
      for (const [i, a] of values.entries()) {
        for (const [j, b] of values.entries()) if (a > b) expect(z[i]).toBeGreaterThanOrEqual(z[j]);
      }
    }),
  );
});
