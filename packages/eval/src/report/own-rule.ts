/**
 * Which rate to take: the smallest that is known not to cost more than δ. Pure.
 *
 * @module
 */
import type { Difference } from "./summary-types.js";

/** One rate against the full prompt. */
export interface Candidate {
  readonly condition: string;
  /** Kept tokens divided by original ones, in (0, 1]. */
  readonly rate: number;
  /** Score, or similarity, minus that of the full prompt. */
  readonly difference: Difference;
}

export type Recommendation =
  | { readonly decided: true; readonly condition: string; readonly rate: number }
  /** No rate is certain, and `condition` is the smallest that may do. */
  | {
      readonly decided: false;
      readonly items: number;
      /** Items of the same kind at which `condition` would be certain, about. */
      readonly need: number;
      readonly condition: string;
    }
  /** On average every rate costs more than δ. */
  | { readonly decided: false; readonly items: number; readonly need?: never };

export interface RuleOptions {
  /** What a rate may cost at most, of a score of 0 … 1. Default 0.05. */
  readonly delta?: number;
  /**
   * Fewest items that decide anything. Default 3 / δ: with fewer, even answers that never got worse
   * leave it open whether a share of δ does (the rule of three), which no bootstrap can see.
   */
  readonly least?: number;
}

/**
 * The smallest rate whose interval does not go below −δ.
 *
 * An interval's half narrows with the root of the items, so that about
 * n · ((mean − low) / (mean + δ))² of them are needed.
 */
export function recommend(
  candidates: readonly Candidate[],
  { delta = 0.05, least = Math.ceil(3 / delta) }: RuleOptions = {},
): Recommendation {
  const bySize = [...candidates].sort((a, b) => a.rate - b.rate);
  const certain = bySize.find(
    ({ difference: { n, interval } }) => n >= least && interval && interval[0] >= -delta,
  );
  if (certain) return { decided: true, condition: certain.condition, rate: certain.rate };
  const hopeful = bySize.find(({ difference }) => difference.mean > -delta);
  const items = Math.max(0, ...bySize.map(({ difference }) => difference.n));
  if (hopeful === undefined) return { decided: false, items };
  const { n, mean, interval } = hopeful.difference;
  const spread = interval ? (mean - interval[0]) / (mean + delta) : 0;
  const need = Math.max(least, Math.ceil(n * spread * spread));
  return { decided: false, items: n, need, condition: hopeful.condition };
}
