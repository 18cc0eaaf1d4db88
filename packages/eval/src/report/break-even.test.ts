/** @module */
import { describe, expect, it } from "vitest";
import { inputCost, savingOf } from "./break-even.js";
import { thresholdText } from "./format.js";

const PRICES = { input: 2, output: 8, cachedInput: 0.5 };
const FULL = { promptTokens: 1000, cachedShare: 0, completionTokens: 100 };
const SHORT = { promptTokens: 250, cachedShare: 0, completionTokens: 100 };

describe("break-even", () => {
  it("bills cached tokens at their own price", () => {
    expect(inputCost({ promptTokens: 1000, cachedShare: 0.5 }, PRICES)).toBeCloseTo(0.00125, 12);
    expect(inputCost({ promptTokens: 1000, cachedShare: 0.5 }, { input: 2, output: 8 })).toBe(
      0.002,
    );
  });

  it("saves what the input shrinks, where nothing is cached and the output stays", () => {
    const saving = savingOf(FULL, SHORT, PRICES);
    expect(saving.input).toBeCloseTo(0.0015, 12);
    expect(saving.output).toBeCloseTo(0, 12);
    expect(saving.net).toBeCloseTo(0.0015, 12);
    expect(saving.measuredGrowth).toBe(0);
  });

  it("pays at any cached share where even a cached prompt costs no less", () => {
    expect(savingOf(FULL, { ...SHORT, promptTokens: 240 }, PRICES).cachedShare?.pays).toBe(
      "always",
    );
  });

  it("has a net saving of zero exactly at the cached share it names", () => {
    const half = { ...SHORT, promptTokens: 500 };
    const { cachedShare } = savingOf(FULL, half, PRICES);
    expect(cachedShare?.below).toBeCloseTo(2 / 3, 12);
    const there = savingOf({ ...FULL, cachedShare: cachedShare?.below ?? 0 }, half, PRICES);
    expect(there.net).toBeCloseTo(0, 12);
  });

  it("has a net saving of zero exactly at the output growth it names", () => {
    const { outputGrowth } = savingOf(FULL, SHORT, PRICES);
    expect(outputGrowth.below).toBeCloseTo(1.875, 12);
    const completionTokens = 100 * (1 + (outputGrowth.below ?? 0));
    expect(savingOf(FULL, { ...SHORT, completionTokens }, PRICES).net).toBeCloseTo(0, 12);
  });

  it("never pays where the answers grow by more than the prompt shrinks", () => {
    const saving = savingOf(FULL, { ...SHORT, completionTokens: 400 }, PRICES);
    expect(saving.net).toBeLessThan(0);
    expect(saving.cachedShare?.pays).toBe("never");
  });

  it("takes the price of time from the saving", () => {
    expect(savingOf(FULL, SHORT, PRICES, 0.001).net).toBeCloseTo(0.0005, 12);
  });

  it("says by how much answers must get shorter where the prompt alone does not pay", () => {
    const short = { ...SHORT, completionTokens: 30 };
    const { net, outputGrowth } = savingOf(FULL, short, PRICES, 0.002);
    expect(net).toBeGreaterThan(0);
    expect(outputGrowth.below).toBeCloseTo(-0.625, 12);
    const completionTokens = 100 * (1 + (outputGrowth.below ?? 0));
    expect(savingOf(FULL, { ...SHORT, completionTokens }, PRICES, 0.002).net).toBeCloseTo(0, 12);
    expect(thresholdText(outputGrowth, "growth")).toBe("below −63 %");
    expect(savingOf(FULL, SHORT, PRICES, 0.0024).outputGrowth.pays).toBe("never");
  });

  it("knows no cached share where cached tokens are no cheaper", () => {
    const saving = savingOf(FULL, SHORT, { input: 2, output: 8 });
    expect(saving).not.toHaveProperty("cachedShare");
    expect(saving.net).toBeCloseTo(0.0015, 12);
  });
});
