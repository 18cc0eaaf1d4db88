/**
 * Units of several purses in one order: how far each lies inside its purse's share. Pure.
 *
 * @module
 */
import { descending } from "./coarse.js";

/** What one purse holds. */
export interface Purse {
  /** Indexes of its units. */
  readonly units: readonly number[];
  /** Share of its tokens to keep, 0 … 1. */
  readonly rate: number;
}

/**
 * A margin for each unit, in −1 … 1: its purse's rate minus the share of the purse's tokens that
 * score at least as high before it. Above 0: within the share. By falling margin, the units of one
 * purse are in order of score (ties by position).
 *
 * @param lengths - tokens of each unit, any unit of size
 */
export function shareMargins(
  scores: ArrayLike<number>,
  lengths: ArrayLike<number>,
  purses: readonly Purse[],
): Float64Array {
  const margins = new Float64Array(scores.length);
  for (const { units, rate } of purses) {
    const total = units.reduce((sum, u) => sum + lengths[u], 0);
    let before = 0;
    for (const i of descending(units.map((u) => scores[u]))) {
      const u = units[i];
      margins[u] = rate - (total === 0 ? 0 : (before + lengths[u] / 2) / total);
      before += lengths[u];
    }
  }
  return margins;
}
