/**
 * Whether a mean difference could be chance: paired permutation by flipping signs. Pure.
 *
 * Under the hypothesis that two methods are alike the sign of a difference is a coin's; those of one
 * cluster flip together (Fisher 1935, §21).
 *
 * @module
 */

import { type Random, randomOf } from "../random.js";
import { clustersOf } from "./clusters.js";

/** Up to so many clusters with a difference all sign patterns are counted, which is exact. */
const MOST_COUNTED = 14;

/** Differences whose signs are looked up together, and their sign patterns. */
const BLOCK = 8;
const PATTERNS = 2 ** BLOCK;

/** Fewer hits than this leave a p-value that is known only roughly. */
const FEW_HITS = 10;

/** How a p-value is made. */
export interface SignFlipOptions {
  /** Cluster of each difference, of the same length; default each its own. */
  readonly groups?: readonly string[];
  /** Random sign patterns where there are too many to count; default 10,000: p is at least 1e-4. */
  readonly flips?: number;
  /**
   * As many in all where fewer than ten of the first `flips` are as far out as what was seen, so that a p of many
   * comparisons can be small enough for their correction. Default `flips`.
   */
  readonly mostFlips?: number;
  /** Default 0; the same seed gives the same p. */
  readonly seed?: string | number;
}

/**
 * Two-sided p-value, in (0, 1], of a mean difference other than 0; 1 of no differences.
 *
 * Random patterns give (hits + 1) / (patterns + 1), which is never 0 (Phipson & Smyth 2010). Going on after few hits
 * keeps it a p-value: one that ends at most α after more patterns was near 0 after the first ones, or is that of all.
 */
export function signFlipP(
  differences: readonly number[],
  { groups, flips = 10_000, mostFlips = flips, seed = 0 }: SignFlipOptions = {},
): number {
  const sums = clustersOf(differences, groups).sums.filter((sum) => sum !== 0);
  const total = sums.reduce((sum, value) => sum + value, 0);
  // Sums of the same numbers in other signs may differ in the last bits.
  const atLeast = Math.abs(total) - 1e-9 * sums.reduce((sum, value) => sum + Math.abs(value), 0);
  if (sums.length <= MOST_COUNTED) return countedShare(sums, atLeast);
  const table = signedSums(sums);
  const random = randomOf(seed);
  const hits = drawnHits(table, atLeast, flips, random);
  if (hits >= FEW_HITS || mostFlips <= flips) return (hits + 1) / (flips + 1);
  return (hits + drawnHits(table, atLeast, mostFlips - flips, random) + 1) / (mostFlips + 1);
}

/** Each draw has 32 bits: the signs of four blocks, whose sums are looked up. */
function drawnHits(table: Float64Array, atLeast: number, flips: number, random: Random): number {
  let hits = 0;
  for (let flip = 0; flip < flips; flip++) {
    let sum = 0;
    let bits = 0;
    for (let at = 0; at < table.length; at += PATTERNS) {
      if (at % (4 * PATTERNS) === 0) bits = Math.floor(random() * 2 ** 32);
      sum += table[at + (bits & (PATTERNS - 1))];
      bits >>>= BLOCK;
    }
    if (Math.abs(sum) >= atLeast) hits += 1;
  }
  return hits;
}

/** The sum of every eight values under each of their 256 sign patterns, block after block. */
function signedSums(sums: Float64Array): Float64Array {
  const table = new Float64Array(Math.ceil(sums.length / BLOCK) * PATTERNS);
  for (let at = 0; at < table.length; at++) {
    const pattern = at % PATTERNS;
    const first = ((at - pattern) / PATTERNS) * BLOCK;
    const last = Math.min(first + BLOCK, sums.length);
    for (let i = first; i < last; i++) {
      table[at] += (pattern >> (i - first)) & 1 ? sums[i] : -sums[i];
    }
  }
  return table;
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
