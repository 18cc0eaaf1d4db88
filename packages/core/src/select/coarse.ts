/**
 * The budget controller's coarse choice: whole contexts, then whole sentences.
 *
 * LLMLingua (Jiang et al., 2023), Algorithm 1. Pure: scores and lengths in, a keep mask out.
 *
 * @module
 */

/** Indexes from the highest score to the lowest; ties by position, NaN last. */
export function descending(scores: ArrayLike<number>): number[] {
  const value = (i: number) => (Number.isNaN(scores[i]) ? Number.NEGATIVE_INFINITY : scores[i]);
  return Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => {
    const va = value(a);
    const vb = value(b);
    return va === vb ? a - b : vb > va ? 1 : -1;
  });
}

export interface CoarseChoice {
  /** 1 = kept, by index. */
  readonly kept: Uint8Array;
  /** Tokens of what is kept: L̃_D. */
  readonly tokens: number;
}

/**
 * Algorithm 1: visits pieces in `order`; before each, stops once what is kept exceeds `limit`
 * (k·τ_dems·L_dems), else keeps it. At least one piece is kept.
 *
 * @param overfill - false: a piece that exceeds `limit` is left out, unless fewer than `least` tokens
 * are kept without it
 */
export function chooseWhole(
  lengths: ArrayLike<number>,
  order: readonly number[],
  limit: number,
  overfill = true,
  least = 1,
): CoarseChoice {
  const kept = new Uint8Array(lengths.length);
  let tokens = 0;
  for (const i of order) {
    if (tokens > limit) break;
    if (!overfill && tokens >= least && tokens + lengths[i] > limit) continue;
    kept[i] = 1;
    tokens += lengths[i];
  }
  return { kept, tokens };
}
