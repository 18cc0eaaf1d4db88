/**
 * How few tokens hold a stated share of the information: `rate: "auto"`. Pure.
 *
 * Top-P over surprisal mass: surprisal is information in nats (Shannon), so the units that are
 * dropped hold what the model could have guessed anyway.
 *
 * @module
 */
import { descending } from "../select/coarse.js";

export interface InformationShare {
  /** Length units that the smallest sufficient set has, and all have. */
  readonly kept: number;
  readonly total: number;
  /** Share of the information that set holds, 0 … 1. */
  readonly information: number;
}

/**
 * The smallest set of units that holds at least `share` of all information: units by information per
 * length, densest first, ties by position.
 *
 * @param information - of each unit, ≥ 0; NaN counts as 0
 * @param lengths - of each unit, > 0
 */
export function smallestShare(
  information: ArrayLike<number>,
  lengths: ArrayLike<number>,
  share: number,
): InformationShare {
  const own = Float64Array.from(information, (value) => Math.max(0, value || 0));
  const total = own.reduce((sum, value) => sum + value, 0);
  const order = descending(own.map((value, u) => value / lengths[u]));
  let kept = 0;
  let held = 0;
  let n = 0;
  for (; n < order.length && held < share * total; n++) {
    kept += lengths[order[n]];
    held += own[order[n]];
  }
  const all = Array.from(lengths).reduce((sum, length) => sum + length, 0);
  return { kept, total: all, information: total === 0 ? 1 : held / total };
}
