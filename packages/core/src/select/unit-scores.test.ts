import { describe, expect, it } from "vitest";
import { randomAt } from "./unit-scores.js";

describe("randomAt", () => {
  it("gives the same number for the same seed and index, and another for another", () => {
    expect(randomAt(0, 0)).toBe(randomAt(0, 0));
    expect(randomAt(0, 0)).not.toBe(randomAt(0, 1));
    expect(randomAt(0, 0)).not.toBe(randomAt(1, 0));
  });

  it("spreads evenly over [0, 1)", () => {
    for (const seed of [0, 1, 0xffffffff]) {
      const bins = new Uint32Array(10);
      for (let i = 0; i < 10_000; i++) bins[Math.floor(randomAt(seed, i) * 10)]++;
      expect(Math.min(...bins)).toBeGreaterThan(850);
      expect(Math.max(...bins)).toBeLessThan(1150);
    }
  });
});
