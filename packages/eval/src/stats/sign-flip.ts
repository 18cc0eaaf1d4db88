/**
 * Whether a mean difference could be chance: paired permutation by flipping signs. Pure.
 *
 * Under the hypothesis that two methods are alike the sign of a difference is a coin's; those of one
 * cluster flip together (Fisher 1935, §21).
 *
 * @module
 */

import { randomOf } from "../random.js";
import { clustersOf } from "./clusters.js";

/** Up to so many clusters with a difference all sign patterns are counted, which is exact. */
const MOST_COUNTED = 14;

/** How a p-value is made. */
export interface SignFlipOptions {
  /** Cluster of each difference, of the same length; default each its own. */
  readonly groups?: readonly string[];
  /** Random sign patterns where there are too many to count; default 10,000. */
  readonly flips?: number;
  /** Default 0; the same seed gives the same p. */
  readonly seed?: string | number;
}

/**
 * Two-sided p-value, in (0, 1], of a mean difference other than 0; 1 of no differences.
 *
 * Random patterns give (hits + 1) / (patterns + 1), which is never 0 (Phipson & Smyth 2010).
 */
export function signFlipP(
  differences: readonly number[],
  { groups, flips = 10_000, seed = 0 }: SignFlipOptions = {},
): number {
  const sums = clustersOf(differences, groups).sums.filter((sum) => sum !== 0);
  const total = sums.reduce((sum, value) => sum + value, 0);
  // Sums of the same numbers in other signs may differ in the last bits.
  const atLeast = Math.abs(total) - 1e-9 * sums.reduce((sum, value) => sum + Math.abs(value), 0);
  if (sums.length <= MOST_COUNTED) return countedShare(sums, atLeast);
  const random = randomOf(seed);
  let hits = 0;
  for (let flip = 0; flip < flips; flip++) {
    let sum = 0;
    for (let at = 0; at < sums.length; at++) sum += random() < 0.5 ? sums[at] : -sums[at];
    if (Math.abs(sum) >= atLeast) hits += 1;
  }
  return (hits + 1) / (flips + 1);
}

function countedShare(sums: Float64Array, atLeast: number): number {
  const patterns = 2 ** sums.length;
  let hits = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0;
    for (let at = 0; at < sums.length; at++) sum += (pattern >> at) & 1 ? sums[at] : -sums[at];
    if (Math.abs(sum) >= atLeast) hits += 1;
  }
  return hits / patterns;
}
