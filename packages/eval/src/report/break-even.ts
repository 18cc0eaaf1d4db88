/**
 * When compression pays, in money. Pure.
 *
 * With prices per token i (input), c (cached input), o (output), the tokens of a prompt P and of an
 * answer O, and the share s of the prompt that is read from the provider's cache, each for the full
 * (0) and the compressed (1) prompt:
 *
 *     input cost    I(P, s) = P · (i − s · (i − c))
 *     saved input   S = I(P₀, s₀) − I(P₁, s₁)
 *     more output   D = (O₁ − O₀) · o
 *     time          T = ms to compress · USD an hour / 3 600 000
 *     net           N = S − D − T
 *
 * N falls in a line with s₀ and with the growth of the output g = O₁ / O₀ − 1, so that N = 0 at
 *
 *     s₀* = (P₀ · i − I(P₁, s₁) − D − T) / (P₀ · (i − c))
 *     g*  = (S − T) / (O₀ · o)
 *
 * g* may be below 0: the answers have to get shorter by so much for the rest to pay.
 *
 * @module
 */

import type { Prices } from "../run/budget.js";
import type { Latency } from "./latency.js";

/** What is assumed of use, where it is not as measured; it holds for all that is said of money. */
export interface Assumptions {
  /** Share of the full prompt that is a cached prefix, 0 … 1; default as measured. */
  readonly cachedShare?: number;
  /** The same of a compressed prompt, which a question-aware method loses; default as measured. */
  readonly compressedCachedShare?: number;
  /** USD an hour of the machine that compresses. Default 0. */
  readonly hour?: number;
}

/** Means of one condition by item. */
export interface Use {
  readonly promptTokens: number;
  /** Share of the prompt that is read from the cache, 0 … 1. */
  readonly cachedShare: number;
  readonly completionTokens: number;
}

/** Where a saving changes its sign as one quantity grows. */
export type Threshold =
  | { readonly pays: "always" | "never"; readonly below?: never }
  | { readonly pays: "below"; readonly below: number };

/** USD of one prompt, compressed against full. */
export interface Saving {
  readonly input: number;
  readonly output: number;
  readonly time: number;
  readonly net: number;
  /** Share of the full prompt that may be cached, 0 … 1; absent where cached tokens are no cheaper. */
  readonly cachedShare?: Threshold;
  /** Growth of the output, 0.1 = a tenth longer, −0.1 = a tenth shorter, above −1; `measuredGrowth` is what was seen. */
  readonly outputGrowth: Threshold;
  readonly measuredGrowth?: number;
}

/** What one condition costs and saves; both sides of every figure are means over the same items. */
export interface Economy {
  readonly condition: string;
  /** Items answered under both, with `use` those billed under both. */
  readonly items: number;
  /** Original tokens minus kept ones, as the size counts, by item. */
  readonly savedTokens?: number;
  readonly use?: { readonly full: Use; readonly compressed: Use };
  readonly saving?: Saving;
  readonly latency?: Latency;
}

/** USD of a prompt of so many tokens. */
export function inputCost(
  { promptTokens, cachedShare }: Omit<Use, "completionTokens">,
  prices: Prices,
) {
  const { input, cachedInput = input } = prices;
  return (promptTokens * (input - cachedShare * (input - cachedInput))) / 1e6;
}

/** Saving of one compressed prompt. `timeCost` is in USD. */
export function savingOf(full: Use, compressed: Use, prices: Prices, timeCost = 0): Saving {
  const { input, output, cachedInput = input } = prices;
  const after = inputCost(compressed, prices);
  const saved = inputCost(full, prices) - after;
  const more = ((compressed.completionTokens - full.completionTokens) * output) / 1e6;
  const uncached = inputCost({ ...full, cachedShare: 0 }, prices);
  const discount = (full.promptTokens * (input - cachedInput)) / 1e6;
  const answer = (full.completionTokens * output) / 1e6;
  return {
    input: saved,
    output: 0 - more,
    time: 0 - timeCost,
    net: saved - more - timeCost,
    ...(discount > 0 && {
      cachedShare: threshold(uncached - after - more - timeCost, discount, 0, 1),
    }),
    outputGrowth: threshold(saved - timeCost, answer, -1, Number.POSITIVE_INFINITY),
    ...(full.completionTokens > 0 && {
      measuredGrowth: compressed.completionTokens / full.completionTokens - 1,
    }),
  };
}

/** Where `gain − loss · x` is 0, for x above `least`, up to `most`. */
function threshold(gain: number, loss: number, least: number, most: number): Threshold {
  if (loss <= 0) return { pays: gain > 0 ? "always" : "never" };
  const below = gain / loss;
  if (below > most) return { pays: "always" };
  return below <= least ? { pays: "never" } : { pays: "below", below };
}
