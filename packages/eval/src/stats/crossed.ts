/**
 * The mean of a table whose rows and columns are both draws: the same questions, say, asked with several prompts. Pure.
 *
 * The pigeonhole bootstrap (Owen 2007): rows and columns are drawn with replacement, each by itself, and a cell counts as
 * often as its row times its column. Too wide where only cells differ; too narrow of few rows or columns, as any bootstrap
 * of few clusters is.
 *
 * @module
 */
import { mean } from "simple-statistics";
import { type Random, randomOf } from "../random.js";
import { type BootstrapOptions, between, type Interval } from "./bootstrap.js";

/**
 * The mean of values and its interval; undefined of none. Cells may be missing, or be there several times.
 *
 * @param rows - row of each value, `columns` its column; of the same length
 * @returns `clusters` are the rows
 */
export function crossedMean(
  values: readonly number[],
  rows: readonly string[],
  columns: readonly string[],
  { resamples = 2000, level = 0.95, seed = 0 }: Omit<BootstrapOptions, "groups"> = {},
): Interval | undefined {
  if (values.length === 0) return undefined;
  const found = mean([...values]);
  const [row, column] = [indexOf(rows), indexOf(columns)];
  const random = randomOf(seed);
  const means = new Float64Array(resamples);
  for (let index = 0; index < resamples; index++) {
    const [byRow, byColumn] = [drawn(row.count, random), drawn(column.count, random)];
    let [total, size] = [0, 0];
    for (let at = 0; at < values.length; at++) {
      const weight = byRow[row.of[at]] * byColumn[column.of[at]];
      total += weight * values[at];
      size += weight;
    }
    // A draw of rows and columns may meet in no cell.
    means[index] = size === 0 ? found : total / size;
  }
  return {
    mean: found,
    ...between(found, means, level),
    count: values.length,
    clusters: row.count,
  };
}

function indexOf(names: readonly string[]) {
  const numbers = new Map([...new Set(names)].map((name, index) => [name, index]));
  return { of: names.map((name) => numbers.get(name) ?? 0), count: numbers.size };
}

/** How often each of so many was drawn in as many draws. */
function drawn(count: number, random: Random): Uint32Array {
  const times = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) times[Math.floor(random() * count)] += 1;
  return times;
}
