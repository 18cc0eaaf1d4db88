import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { natsPerSize, natsPerText, perplexityRatio, relativeChange } from "./change.js";

const texts = fc.array(
  fc.record({
    base: fc.double({ min: 1, max: 500, noNaN: true }),
    aligned: fc.double({ min: 1, max: 500, noNaN: true }),
    size: fc.integer({ min: 1, max: 200 }),
  }),
  { minLength: 2, maxLength: 30 },
);

describe("two scorers on the same texts", () => {
  it("finds no difference, for certain, where they are the same", () => {
    fc.assert(
      fc.property(texts, (given) => {
        const same = given.map(({ base, size }) => ({ base, aligned: base, size }));
        expect(relativeChange(same)).toMatchObject({ mean: 0, interval: [0, 0] });
        expect(perplexityRatio(same)).toMatchObject({ mean: 1, interval: [1, 1] });
        expect(natsPerText(same).difference).toMatchObject({ mean: 0, interval: [0, 0] });
        expect(natsPerSize(same).difference).toMatchObject({ mean: 0, interval: [0, 0] });
      }),
      { numRuns: 30 },
    );
  });

  it("finds a common factor, for certain, however hard the texts are", () => {
    fc.assert(
      fc.property(texts, (given) => {
        const less = given.map(({ base, size }) => ({ base, aligned: 0.9 * base, size }));
        const { mean, interval = [0, 0] } = relativeChange(less);
        for (const value of [mean, ...interval]) expect(value).toBeCloseTo(-0.1, 9);
        expect(natsPerSize(less).difference.mean).toBeLessThan(0);
        expect(perplexityRatio(less).mean).toBeLessThan(1);
      }),
      { numRuns: 30 },
    );
  });

  it("has means inside their intervals", () => {
    fc.assert(
      fc.property(texts, (given) => {
        const { base, aligned, difference } = natsPerSize(given);
        for (const { mean, interval } of [base, aligned, difference, relativeChange(given)]) {
          expect(interval?.[0]).toBeLessThanOrEqual(mean);
          expect(interval?.[1]).toBeGreaterThanOrEqual(mean);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("weighs by tokens: a long text counts more", () => {
    const given = [
      { base: 10, aligned: 20, size: 10 },
      { base: 900, aligned: 450, size: 300 },
    ];
    expect(natsPerSize(given).base.mean).toBeCloseTo(910 / 310);
    expect(relativeChange(given).mean).toBeCloseTo(470 / 910 - 1);
    expect(natsPerText(given).difference.mean).toBeCloseTo(-220);
  });

  it("has no interval of one text, or of texts of one prompt", () => {
    const one = { base: 1, aligned: 2, size: 3, group: "p" };
    expect(relativeChange([one])).toEqual({ n: 1, mean: 1 });
    expect(natsPerText([one, one]).difference).toEqual({ n: 2, mean: 1 });
  });
});
