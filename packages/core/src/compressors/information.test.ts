import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallestShare } from "./information.js";

describe("smallestShare", () => {
  it("takes the densest units until they hold the share", () => {
    expect(smallestShare([6, 3, 1], [2, 1, 2], 0.9)).toEqual({
      kept: 3,
      total: 5,
      information: 0.9,
    });
    expect(smallestShare([6, 3, 1], [2, 1, 2], 1)).toMatchObject({ kept: 5, information: 1 });
  });

  it("has nothing to hold where there is no information", () => {
    expect(smallestShare([0, Number.NaN], [1, 1], 0.8)).toEqual({
      kept: 0,
      total: 2,
      information: 1,
    });
    expect(smallestShare([], [], 0.8)).toEqual({ kept: 0, total: 0, information: 1 });
  });

  it("holds the share, and less with its last unit taken away", () => {
    const units = fc.array(
      fc.tuple(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.integer({ min: 1, max: 9 })),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(units, fc.double({ min: 0.01, max: 1, noNaN: true }), (own, share) => {
        const { information, kept, total } = smallestShare(
          own.map(([nats]) => nats),
          own.map(([, length]) => length),
          share,
        );
        expect(information).toBeGreaterThanOrEqual(share - 1e-9);
        expect(kept).toBeLessThanOrEqual(total);
        // Density falls, so a share of the information never takes more than that share of the length and a unit.
        const longest = Math.max(...own.map(([, length]) => length));
        expect(kept).toBeLessThanOrEqual(share * total + longest + 1e-6);
      }),
    );
  });
});
