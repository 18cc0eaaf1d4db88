import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepMostSurprising } from "./threshold.js";

const scores = (...values: number[]) => Float32Array.from(values);

describe("keepMostSurprising (Eq. 6 and 7)", () => {
  it("keeps the most surprising units up to the budget, its threshold half-way to the next", () => {
    const choice = keepMostSurprising(scores(1, 4, 2, 3), [1, 1, 1, 1], 2);
    expect(choice).toEqual({ kept: Uint8Array.of(0, 1, 0, 1), threshold: 2.5, tokens: 2 });
  });

  it("breaks ties by position", () => {
    expect(Array.from(keepMostSurprising(scores(5, 5, 5), [1, 1, 1], 2).kept)).toEqual([1, 1, 0]);
  });

  it("takes a unit when at least half of it fits, so that it ends closest to the budget", () => {
    expect(keepMostSurprising(scores(9, 8), [2, 4], 4).tokens).toBe(6);
    expect(keepMostSurprising(scores(9, 8), [2, 4], 3.9).tokens).toBe(2);
  });

  it("keeps nothing or everything with an infinite threshold", () => {
    expect(keepMostSurprising(scores(1, 2), [1, 1], 0)).toEqual({
      kept: Uint8Array.of(0, 0),
      threshold: Number.POSITIVE_INFINITY,
      tokens: 0,
    });
    expect(keepMostSurprising(scores(1, 2), [1, 1], 2).threshold).toBe(Number.NEGATIVE_INFINITY);
    expect(keepMostSurprising(scores(), [], 3).kept).toHaveLength(0);
  });

  it("keeps round(n·ρ) of n units of one token", () => {
    const values = fc.array(fc.float({ noNaN: true, min: 0, max: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (own, rate) => {
        const { kept, tokens } = keepMostSurprising(
          scores(...own),
          own.map(() => 1),
          rate * own.length,
        );
        expect(tokens).toBe(Math.round(rate * own.length));
        expect(kept.reduce((sum, flag) => sum + flag, 0)).toBe(tokens);
      }),
    );
  });

  it("never drops a unit more surprising than one it keeps, and the threshold lies between", () => {
    const units = fc.array(
      fc.tuple(fc.float({ noNaN: true, min: 0, max: 20 }), fc.integer({ min: 1, max: 9 })),
    );
    fc.assert(
      fc.property(units, fc.nat(100), (all, budget) => {
        const own = scores(...all.map(([score]) => score));
        const { kept, threshold } = keepMostSurprising(
          own,
          all.map(([, length]) => length),
          budget,
        );
        for (const [i, score] of own.entries()) {
          if (kept[i] === 1) expect(score).toBeGreaterThanOrEqual(threshold);
          else expect(score).toBeLessThanOrEqual(threshold);
        }
      }),
    );
  });
});
