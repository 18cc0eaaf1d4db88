import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseWhole, descending } from "./coarse.js";

describe("descending", () => {
  it("orders by score, ties by position, NaN last", () => {
    expect(descending([1, 3, 2, 3])).toEqual([1, 3, 2, 0]);
    expect(descending([Number.NaN, 1, Number.NaN, 5])).toEqual([3, 1, 0, 2]);
    expect(descending([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0])).toEqual([1, 2, 0]);
    expect(descending([])).toEqual([]);
  });
});

describe("chooseWhole (Algorithm 1)", () => {
  it("keeps pieces in order until what is kept exceeds the limit", () => {
    // 30 ≤ 50, 30 + 40 = 70 > 50: stop before the third
    const { kept, tokens } = chooseWhole([40, 30, 20], [1, 0, 2], 50);
    expect(Array.from(kept)).toEqual([1, 1, 0]);
    expect(tokens).toBe(70);
  });

  it("goes on while the limit is just met", () => {
    expect(Array.from(chooseWhole([50, 10, 10], [0, 1, 2], 50).kept)).toEqual([1, 1, 0]);
  });

  it("keeps one piece whatever the limit, where there is one", () => {
    expect(chooseWhole([100, 100], [1, 0], 0)).toEqual({ kept: Uint8Array.of(0, 1), tokens: 100 });
    expect(chooseWhole([], [], 10)).toEqual({ kept: new Uint8Array(0), tokens: 0 });
  });

  it("never keeps a piece that scores less than one it drops", () => {
    const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.double({ noNaN: true })));
    fc.assert(
      fc.property(pieces, fc.nat(500), (all, limit) => {
        const scores = all.map(([, score]) => score);
        const { kept, tokens } = chooseWhole(
          all.map(([length]) => length),
          descending(scores),
          limit,
        );
        const keptScores = scores.filter((_, i) => kept[i] === 1);
        const droppedScores = scores.filter((_, i) => kept[i] === 0);
        expect(Math.min(...keptScores)).toBeGreaterThanOrEqual(Math.max(...droppedScores));
        expect(tokens).toBe(all.reduce((sum, [length], i) => sum + length * kept[i], 0));
      }),
    );
  });
});
