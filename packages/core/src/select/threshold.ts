/**
 * Which units of a segment to keep: the most surprising, up to a budget.
 *
 * LLMLingua (Jiang et al., 2023), Eq. 6 and 7. Pure: scores in, a mask out.
 *
 * @module
 */
import { descending } from "./coarse.js";

export interface ThresholdChoice {
  /** 1 = kept, by unit. */
  readonly kept: Uint8Array;
  /**
   * γ_j of Eq. 7: kept units score above it, dropped ones at or below it (ties fall by position).
   * Infinite when all or nothing is kept.
   */
  readonly threshold: number;
  /** Tokens kept. */
  readonly tokens: number;
}

/**
 * Keeps the highest scoring units whose tokens come closest to `budget`: γ_j is taken from this
 * segment's own scores, so that a τ share of its tokens lies above it. Ties by position.
 *
 * @param lengths - tokens of each unit
 * @param budget - tokens to keep; may be fractional
 */
export function keepMostSurprising(
  scores: Float32Array,
  lengths: ArrayLike<number>,
  budget: number,
): ThresholdChoice {
  const kept = new Uint8Array(scores.length);
  const order = descending(scores);
  let tokens = 0;
  let n = 0;
  for (; n < order.length; n++) {
    const length = lengths[order[n]];
    if (tokens + length / 2 > budget) break;
    kept[order[n]] = 1;
    tokens += length;
  }
  return { kept, threshold: thresholdBetween(scores, order, n), tokens };
}

/** Half-way between the last kept and the first dropped score. */
function thresholdBetween(scores: Float32Array, order: readonly number[], n: number): number {
  if (n === 0) return Number.POSITIVE_INFINITY;
  if (n === order.length) return Number.NEGATIVE_INFINITY;
  return (scores[order[n - 1]] + scores[order[n]]) / 2;
}
