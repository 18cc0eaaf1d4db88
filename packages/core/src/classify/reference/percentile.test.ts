import { describe, expect, test } from "vitest";
import { percentile } from "./percentile.js";

describe("numpy's percentile", () => {
  test("interpolates between neighbours, in float32 where NumPy does", () => {
    expect(percentile([40, 15, 35, 20, 50], 40, true)).toBeCloseTo(29, 12);
    const p = Float32Array.of(0.1, 0.7);
    expect(percentile(p, 50, false)).toBe(Math.fround(percentile(p, 50, false)));
    expect(percentile(p, 50, true)).not.toBe(percentile(p, 50, false));
  });

  test("takes what is outside of 0 to 100 as the nearer end", () => {
    expect(percentile([1, 2, 3], 101, true)).toBe(3);
    expect(percentile([1, 2, 3], -5, true)).toBe(1);
    expect(percentile([7], 50, false)).toBe(7);
  });
});
