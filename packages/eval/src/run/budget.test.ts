import { describe, expect, it } from "vitest";
import { costOf, createPurse } from "./budget.js";

describe("costOf", () => {
  const usage = { promptTokens: 1000, completionTokens: 200, cachedTokens: 400 };

  it("bills cached tokens at their own price, or as others where there is none", () => {
    expect(costOf(usage, { input: 2, output: 8, cachedInput: 0.5 })).toBeCloseTo(0.003, 12);
    expect(costOf(usage, { input: 2, output: 8 })).toBeCloseTo(0.0036, 12);
  });
});

describe("a purse", () => {
  it("lends as much as the dearest question so far cost, and no more than is left", () => {
    const purse = createPurse(1, [0.1, 0.3]);
    expect(purse.spent).toBeCloseTo(0.4, 12);
    expect(purse.reserve(0.05)).toBe(0.3);
    expect(purse.reserve(0.05)).toBe(0.3);
    expect(purse.reserve(0.05)).toBeUndefined();
    purse.settle(0.3, 0.01);
    expect(purse.spent).toBeCloseTo(0.41, 12);
    expect(purse.reserve(0.05)).toBeUndefined();
    purse.settle(0.3, 0.01);
    expect(purse.reserve(0.05)).toBe(0.3);
  });
});
