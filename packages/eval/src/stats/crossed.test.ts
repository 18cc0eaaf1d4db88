import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomOf } from "../random.js";
import { bootstrapMean } from "./bootstrap.js";
import { crossedMean } from "./crossed.js";

const names = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

/** Values of a full table, row by row. */
function table(rows: number, columns: number, value: (row: number, column: number) => number) {
  const cells = names(rows * columns).map((_, at) => [Math.floor(at / columns), at % columns]);
  return {
    values: cells.map(([row, column]) => value(row, column)),
    rows: cells.map(([row]) => `r${row}`),
    columns: cells.map(([, column]) => `c${column}`),
  };
}

const width = (found: { low: number; high: number } | undefined) =>
  found === undefined ? Number.NaN : found.high - found.low;

describe("the mean of a crossed table", () => {
  it("is the mean, inside an interval that a seed fixes", () => {
    const cell = fc.record({
      value: fc.double({ min: -9, max: 9, noNaN: true }),
      row: fc.constantFrom("a", "b", "c"),
      column: fc.constantFrom("x", "y", "z"),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), (cells) => {
        const of = () =>
          crossedMean(
            cells.map(({ value }) => value),
            cells.map(({ row }) => row),
            cells.map(({ column }) => column),
            { resamples: 50 },
          );
        const found = of();
        const mean = cells.reduce((sum, { value }) => sum + value, 0) / cells.length;
        expect(found?.mean).toBeCloseTo(mean, 9);
        expect(found?.low).toBeLessThanOrEqual(found?.mean ?? Number.NaN);
        expect(found?.high).toBeGreaterThanOrEqual(found?.mean ?? Number.NaN);
        expect(found).toEqual(of());
      }),
    );
    expect(crossedMean([], [], [])).toBeUndefined();
  });

  it("is as unsure as its rows where columns are alike, and as its columns where rows are", () => {
    const random = randomOf("rows");
    const effects = names(12).map(() => random());
    const byRow = table(12, 40, (row) => effects[row]);
    const byColumn = table(40, 12, (_, column) => effects[column]);
    const alone = width(bootstrapMean(effects));
    for (const { values, rows, columns } of [byRow, byColumn]) {
      const ratio = width(crossedMean(values, rows, columns)) / alone;
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    }
    // Drawn by rows alone, a table that differs by column would look certain.
    const { values, rows } = byColumn;
    expect(width(bootstrapMean(values, { groups: rows }))).toBeLessThan(1e-9);
  });

  it("counts rows, and takes what is missing as missing", () => {
    const found = crossedMean([1, 2, 3], ["a", "a", "b"], ["x", "y", "x"]);
    expect(found).toMatchObject({ mean: 2, count: 3, clusters: 2 });
    const sparse = table(6, 6, () => 5);
    const kept = (list: readonly string[]) => list.filter((_, at) => at % 3 !== 1);
    const values = sparse.values.filter((_, at) => at % 3 !== 1);
    const constant = crossedMean(values, kept(sparse.rows), kept(sparse.columns));
    expect(constant).toMatchObject({ mean: 5, low: 5, high: 5 });
  });
});
