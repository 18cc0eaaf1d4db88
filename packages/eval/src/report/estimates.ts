/**
 * Means and paired differences by item or by group, as reports hold them. Pure and repeatable.
 *
 * @module
 */
import {
  bootstrapMean,
  type Interval,
  type PairedOptions,
  pairedDifference,
} from "../stats/index.js";
import type { Difference, Estimate } from "./summary-types.js";
import type { Unit } from "./types.js";

/** A value of one item. */
export interface Sample {
  /** Of the item, unique in the task. */
  readonly key: string;
  readonly group: string;
  readonly value: number;
}

export function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Undefined without samples. */
export function estimateOf(samples: readonly Sample[], unit: Unit): Estimate | undefined {
  const values = samples.map(({ value }) => value);
  const groups = unit === "group" ? samples.map(({ group }) => group) : undefined;
  const found = bootstrapMean(values, { groups });
  return found && fromInterval(found);
}

/** First minus second, over the items that both have; undefined without any. */
export function differenceOf(
  first: readonly Sample[],
  second: readonly Sample[],
  unit: Unit,
  options: Pick<PairedOptions, "mostFlips"> = {},
): Difference | undefined {
  const { difference, p } = pairedDifference(scored(first, unit), scored(second, unit), options);
  if (difference === undefined) return undefined;
  const estimate = fromInterval(difference);
  return estimate.interval ? { ...estimate, p } : estimate;
}

function scored(samples: readonly Sample[], unit: Unit) {
  return samples.map(({ key, value, group }) => ({
    id: key,
    value,
    ...(unit === "group" && { group }),
  }));
}

/** One cluster has no spread to draw from. */
function fromInterval({ mean, low, high, count, clusters }: Interval): Estimate {
  return clusters < 2 ? { n: count, mean } : { n: count, mean, interval: [low, high] };
}
