/**
 * A mean and how far it can be trusted: percentile bootstrap over clusters. Pure.
 *
 * Efron (1979); clusters are drawn whole, as many as there are, with replacement (Davison & Hinkley
 * 1997, §3.8).
 *
 * @module
 */
import { mean, quantileSorted } from "simple-statistics";
import { type Random, randomOf } from "../random.js";
import { type Clusters, clustersOf } from "./clusters.js";

/** A mean with its interval, in the unit of the values. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Values, and clusters of them (≤ `count`). */
  readonly count: number;
  readonly clusters: number;
}

/** How an interval is made. */
export interface BootstrapOptions {
  /** Cluster of each value, of the same length; default each value its own. */
  readonly groups?: readonly string[];
  /** Default 2000. */
  readonly resamples?: number;
  /** Share of resamples inside the interval, in (0, 1); default 0.95. */
  readonly level?: number;
  /** Default 0; the same seed gives the same interval. */
  readonly seed?: string | number;
}

/**
 * The mean of values and its interval; undefined of none.
 *
 * The interval always holds the mean: it is widened to it where rounding would leave it out.
 */
export function bootstrapMean(
  values: readonly number[],
  { groups, resamples = 2000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): Interval | undefined {
  if (values.length === 0) return undefined;
  const clusters = clustersOf(values, groups);
  const means = resampledMeans(clusters, resamples, randomOf(seed)).sort();
  const found = mean([...values]);
  const tail = (1 - level) / 2;
  // Typed arrays have all that `quantileSorted` reads: a length and elements.
  const sorted = means as unknown as number[];
  return {
    mean: found,
    low: Math.min(found, quantileSorted(sorted, tail)),
    high: Math.max(found, quantileSorted(sorted, 1 - tail)),
    count: values.length,
    clusters: clusters.sums.length,
  };
}

function resampledMeans({ sums, sizes }: Clusters, resamples: number, random: Random) {
  const means = new Float64Array(resamples);
  for (let index = 0; index < resamples; index++) {
    let sum = 0;
    let size = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const cluster = Math.floor(random() * sums.length);
      sum += sums[cluster];
      size += sizes[cluster];
    }
    means[index] = sum / size;
  }
  return means;
}
