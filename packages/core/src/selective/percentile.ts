/**
 * The original's threshold: a percentile of the units' scores. Pure.
 *
 * Li et al., 2023, §3.3, Eq. 4; Selective-Context 0.1.4, `self_info_mask`.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { FlatUnits } from "../tokens/flat-units.js";

export interface PercentileChoice {
  /** 1 = kept, by unit. */
  readonly kept: Uint8Array;
  /** Units that score below it are dropped; NaN when no unit has a score. */
  readonly threshold: number;
}

/**
 * Drops units that score strictly below the percentile at 100 · `reduceRatio`. What scores just that
 * stays, as does a unit without a score (NaN) and a forced one; equal scores share one fate, so 0 drops
 * nothing, 1 keeps only the highest, and all-equal scores all stay.
 *
 * @param reduceRatio - share of the units to drop, 0 … 1; the original's default is 0.35
 * @throws LlmlinguaError `invalid-option`
 */
export function selectByPercentile(
  { score, forced }: Pick<FlatUnits, "score"> & Partial<Pick<FlatUnits, "forced">>,
  reduceRatio: number,
): PercentileChoice {
  if (!(reduceRatio >= 0 && reduceRatio <= 1)) {
    throw new LlmlinguaError(
      "invalid-option",
      `reduceRatio is ${reduceRatio}; it must be a number from 0 (drop nothing) to 1.`,
    );
  }
  const threshold = percentile(score, reduceRatio * 100);
  const kept = Uint8Array.from(score, (value, unit) =>
    value < threshold && forced?.[unit] !== 1 ? 0 : 1,
  );
  return { kept, threshold };
}

/**
 * `numpy.nanpercentile` with linear interpolation, bit for bit; NaN when no value is a number.
 *
 * @param percent - 0 … 100
 */
export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return Number.NaN;
  const place = (percent / 100) * (sorted.length - 1);
  const lower = Math.min(Math.floor(place), sorted.length - 1);
  const below = sorted[lower];
  const above = sorted[Math.min(lower + 1, sorted.length - 1)];
  const share = place - lower;
  const gap = above - below;
  return share >= 0.5 ? above - gap * (1 - share) : below + gap * share;
}
