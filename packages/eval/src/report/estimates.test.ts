/** @module */
import { describe, expect, it } from "vitest";
import { differenceOf, type Sample } from "./estimates.js";

/** `better` of so many items are right under the first condition and wrong under the second, the others the reverse. */
function sides(items: number, better: number): [Sample[], Sample[]] {
  const side = (isFirst: boolean) =>
    Array.from({ length: items }, (_, i) => ({
      key: `i${String(i).padStart(3, "0")}`,
      group: "g",
      value: Number(i < better === isFirst),
    }));
  return [side(true), side(false)];
}

/** Two-sided p of the sign test: the share of sign patterns with as large a difference. */
function exactP(items: number, better: number): number {
  let ways = 1;
  let share = 0;
  for (let k = 0; k <= items; k++) {
    if (Math.abs(2 * k - items) >= Math.abs(2 * better - items)) share += ways / 2 ** items;
    ways = (ways * (items - k)) / (k + 1);
  }
  return share;
}

describe("p of a difference", () => {
  it.each([
    [14, 10],
    [15, 10],
    [16, 11],
    [17, 12],
    [31, 20],
    [32, 20],
    [33, 21],
    [40, 25],
    [65, 40],
    [200, 110],
    [200, 118],
  ])("of %i items of which %i are better is that of all sign patterns", (items, better) => {
    const found = differenceOf(...sides(items, better), "item");
    expect(Math.abs((found?.p ?? 0) - exactP(items, better))).toBeLessThan(0.015);
  });

  it("is never 0, and at least 1 in 10,001 where signs are drawn", () => {
    expect(differenceOf(...sides(200, 200), "item")?.p).toBeCloseTo(1 / 10_001, 12);
  });
});
