import { expect, test } from "vitest";
import { holm } from "../stats/index.js";
import { differenceOf } from "./estimates.js";
import { flipsFor } from "./pairs.js";

test("a difference that no chance explains is below .05 after Holm over hundreds of rows", () => {
  const rows = 600;
  const side = (value: number) =>
    Array.from({ length: 60 }, (_, i) => ({ key: `i${i}`, group: "g", value }));
  const pOf = (mostFlips?: number) =>
    differenceOf(side(1), side(0), "item", { mostFlips })?.p ?? Number.NaN;
  const corrected = (p: number) => holm([p, ...new Array<number>(rows - 1).fill(0.9)])[0];
  expect(corrected(pOf())).toBeGreaterThan(0.05);
  expect(corrected(pOf(flipsFor(rows)))).toBeLessThan(0.01);
});

test("patterns grow with the rows of a measure, within bounds", () => {
  expect([1, 50, 51, 1000, 5000].map(flipsFor)).toEqual([10_000, 10_000, 10_200, 200_000, 200_000]);
});
