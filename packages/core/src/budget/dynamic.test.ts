import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dynamicRates } from "./dynamic.js";

const spent = (lengths: readonly number[], rates: readonly number[]) =>
  lengths.reduce((sum, length, k) => sum + length * rates[k], 0);

describe("dynamicRates (LongLLMLingua Eq. 5)", () => {
  it("leans by δ from the best to the worst", () => {
    const rates = dynamicRates([100, 100, 100], 0.5, 0.3);
    expect(rates.map((rate) => Math.round(rate * 1000) / 1000)).toEqual([0.8, 0.5, 0.2]);
  });

  it("is the same rate for all without δ, and for one alone", () => {
    for (const rate of dynamicRates([10, 900, 3], 0.4, 0)) expect(rate).toBeCloseTo(0.4, 9);
    expect(dynamicRates([50], 0.4, 1)[0]).toBeCloseTo(0.4, 9);
    expect(dynamicRates([], 0.4, 1)).toEqual([]);
  });

  it("spends the budget, never rises with the rank, and stays in 0 … 1", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(lengths, share, share, (own, rate, delta) => {
        const rates = dynamicRates(own, rate, delta);
        const total = own.reduce((sum, length) => sum + length, 0);
        expect(Math.abs(spent(own, rates) - rate * total)).toBeLessThan(1e-6 * total);
        for (const [k, value] of rates.entries()) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          if (k > 0) expect(value).toBeLessThanOrEqual(rates[k - 1]);
        }
      }),
    );
  });
});
