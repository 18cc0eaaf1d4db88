import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectByPercentile } from "./percentile.js";

const scores = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5 }),
    fc.double({ min: 0, max: 12, noNaN: true }),
    fc.constant(Number.NaN),
  ),
  { maxLength: 30 },
);
const ratios = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 0.35, 0.5, 1),
);

/** The definition: the value a share of the way through the sorted scores, by weights of its neighbours. */
function oracle(values: readonly number[], ratio: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const place = ratio * (sorted.length - 1);
  const weights = sorted.map((_, index) => Math.max(0, 1 - Math.abs(place - index)));
  return sorted.length === 0
    ? Number.NaN
    : sorted.reduce((sum, value, index) => sum + value * weights[index], 0);
}

describe("selectByPercentile", () => {
  test("drops what lies below the percentile and nothing else", () => {
    fc.assert(
      fc.property(scores, ratios, (values, ratio) => {
        const { kept, threshold } = selectByPercentile({ score: Float64Array.from(values) }, ratio);
        const expected = oracle(values, ratio);
        if (Number.isNaN(expected)) expect(threshold).toBeNaN();
        else expect(threshold).toBeCloseTo(expected, 9);
        for (const [unit, value] of values.entries())
          expect(kept[unit]).toBe(value < threshold ? 0 : 1);
      }),
    );
  });

  test("drops at most that share of the units, and never one above one it keeps", () => {
    fc.assert(
      fc.property(scores, ratios, (values, ratio) => {
        const { kept } = selectByPercentile({ score: Float64Array.from(values) }, ratio);
        const dropped = values.filter((_, unit) => kept[unit] === 0);
        const left = values.filter((value, unit) => kept[unit] === 1 && !Number.isNaN(value));
        expect(dropped.length).toBeLessThanOrEqual(Math.ceil(ratio * values.length));
        expect(Math.max(-1, ...dropped)).toBeLessThan(Math.min(100, ...left));
      }),
    );
  });

  test("keeps units without a score and forced ones", () => {
    const score = Float64Array.of(1, Number.NaN, 2, 9);
    expect(selectByPercentile({ score }, 1).kept).toEqual(Uint8Array.of(0, 1, 0, 1));
    const forced = Uint8Array.of(1, 0, 0, 0);
    expect(selectByPercentile({ score, forced }, 1).kept).toEqual(Uint8Array.of(1, 1, 0, 1));
  });

  test.each([0, 0.35, 1])("keeps everything of equal scores at ratio %d", (ratio) => {
    const { kept } = selectByPercentile({ score: new Float64Array(9).fill(0.1 + 0.2) }, ratio);
    expect(kept).toEqual(new Uint8Array(9).fill(1));
  });

  test.each([-0.1, 1.1, Number.NaN])("refuses the ratio %d", (ratio) => {
    expect(() => selectByPercentile({ score: Float64Array.of(1) }, ratio)).toThrow(
      `reduceRatio is ${ratio}`,
    );
  });
});
