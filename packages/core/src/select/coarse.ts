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
 * @param overfill - false: nothing comes after to trim what exceeds `limit`, so a piece that does
 * not fit any more is left out (but the first)
 */
export function chooseWhole(
  lengths: ArrayLike<number>,
  order: readonly number[],
  limit: number,
  overfill = true,
): CoarseChoice {
  const kept = new Uint8Array(lengths.length);
  let tokens = 0;
  for (const i of order) {
    if (tokens > limit) break;
    if (!overfill && tokens > 0 && tokens + lengths[i] > limit) continue;
    kept[i] = 1;
    tokens += lengths[i];
  }
  return { kept, tokens };
}

/** Tokens that pieces may have before they are trimmed, and after. */
export interface Room {
  /** k·τ_dems·L_dems. */
  readonly limit: number;
  /** τ_dems·L_dems. */
  readonly budget: number;
}

/**
 * The same for pieces that are trimmed in equal shares but each down to no less than what it needs:
 * visits them in `order` and keeps those within `limit`, or that it takes to reach the budget, as long
 * as the budget pays for what all of them need. At least one piece is kept.
 */
export function chooseTrimmed(
  lengths: ArrayLike<number>,
  needs: ArrayLike<number>,
  order: readonly number[],
  { limit, budget }: Room,
): CoarseChoice {
  const kept = new Uint8Array(lengths.length);
  let tokens = 0;
  let needed = 0;
  for (const i of order) {
    const isWanted = tokens < budget || tokens + lengths[i] <= limit;
    const isPaid = needed + needs[i] <= budget;
    if (tokens > 0 && !(isWanted && isPaid)) continue;
    kept[i] = 1;
    tokens += lengths[i];
    needed += needs[i];
  }
  return { kept, tokens };
}
