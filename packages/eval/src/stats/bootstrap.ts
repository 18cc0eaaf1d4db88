/**
 * A mean, or a ratio of sums, and how far it can be trusted: percentile bootstrap over clusters. Pure.
 *
 * Efron (1979); clusters are drawn whole, as many as there are, with replacement (Davison & Hinkley
 * 1997, §3.8).
 *
 * @module
 */
import { mean, quantileSorted, sum } from "simple-statistics";
import { EvaluationError } from "../errors.js";
import { type Random, randomOf } from "../random.js";
import { type Clusters, clustersOf } from "./clusters.js";

/** A mean, or a ratio, with its interval, in the unit of the values. */
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
  options: BootstrapOptions = {},
): Interval | undefined {
  if (values.length === 0) return undefined;
  const clusters = clustersOf(values, options.groups);
  return intervalOf(mean([...values]), values.length, clusters, options);
}

/**
 * The ratio of two sums, `Σ numerators / Σ denominators`, and its interval; undefined of none.
 *
 * Nats of texts over their tokens, say: a text counts by its length. Both sums are of the same draw.
 *
 * @param denominators - above 0, as many as there are numerators
 * @throws EvaluationError `invalid-option` where they are not
 */
export function bootstrapRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  options: BootstrapOptions = {},
): Interval | undefined {
  checkDenominators(numerators.length, denominators);
  if (numerators.length === 0) return undefined;
  const clusters = clustersOf(numerators, options.groups, denominators);
  const found = sum([...numerators]) / sum([...denominators]);
  return intervalOf(found, numerators.length, clusters, options);
}

function checkDenominators(count: number, denominators: readonly number[]): void {
  if (denominators.length !== count) {
    throw new EvaluationError(
      "invalid-option",
      `A ratio has ${count} numerators and ${denominators.length} denominators. Give one denominator for each.`,
    );
  }
  const at = denominators.findIndex((value) => !(value > 0));
  if (at < 0) return;
  throw new EvaluationError(
    "invalid-option",
    `Denominator ${at} of a ratio is ${denominators[at]}; it must be above 0. Leave that text out.`,
  );
}

function intervalOf(
  found: number,
  count: number,
  clusters: Clusters,
  { resamples = 2000, level = 0.95, seed = 0 }: BootstrapOptions,
): Interval {
  const means = resampledMeans(clusters, resamples, randomOf(seed));
  return { mean: found, ...between(found, means, level), count, clusters: clusters.sums.length };
}

/** The middle `level` of resampled means, widened to what was found; sorts them. */
export function between(found: number, means: Float64Array, level: number) {
  // Typed arrays have all that `quantileSorted` reads: a length and elements.
  const sorted = means.sort() as unknown as number[];
  const tail = (1 - level) / 2;
  return {
    low: Math.min(found, quantileSorted(sorted, tail)),
    high: Math.max(found, quantileSorted(sorted, 1 - tail)),
  };
}

function resampledMeans({ sums, sizes }: Clusters, resamples: number, random: Random) {
  const means = new Float64Array(resamples);
  for (let index = 0; index < resamples; index++) {
    let total = 0;
    let size = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const cluster = Math.floor(random() * sums.length);
      total += sums[cluster];
      size += sizes[cluster];
    }
    means[index] = total / size;
  }
  return means;
}
