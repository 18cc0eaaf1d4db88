/**
 * What a report says, as plain data: the `summary.json` of a run.
 *
 * @module
 */
import type { Prices } from "../run/budget.js";
import type { Assumptions, Economy } from "./break-even.js";
import type { TaskInfo, Unit } from "./types.js";

/** A mean over items. */
export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** 95 % bootstrap interval; absent under two resampled units. */
  readonly interval?: readonly [low: number, high: number];
}

/** A mean of paired differences. */
export interface Difference extends Estimate {
  /** Two-sided, by sign flips; absent without an interval. */
  readonly p?: number;
  /** `p` after Holm, over all comparisons of the same measure. */
  readonly pHolm?: number;
}

/**
 * Tokens and money of an item, as billed; those from the disk cache count as if asked anew. Cached tokens, and the cost
 * with them, are those of the cached share that is assumed, where one is.
 */
export interface Billed {
  readonly n: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** USD an item; absent without prices. */
  readonly cost?: number;
}

export interface ConditionSummary {
  readonly condition: string;
  readonly method: string;
  readonly title: string;
  readonly size?: string;
  /** Items with an answer or likelihood; all means are over these. */
  readonly items: number;
  readonly failed: number;
  /** Items that other conditions have and this one has not, not even as failed. */
  readonly missing: number;
  /** Why prompts are absent, each reason once. */
  readonly unfit: readonly string[];
  /** Mean by item, as the size counts. */
  readonly tokens?: number;
  readonly originalTokens?: number;
  /** Mean of the tokens that the size asks for, by item; absent where it is not known. */
  readonly asked?: number;
  /** Mean original tokens divided by mean kept ones; absent where nothing is kept. */
  readonly ratio?: number;
  readonly scores: Readonly<Record<string, Estimate>>;
  /** BLEU of all answers together, 0 … 1, as papers report it; `scores.bleu` is the mean by answer. */
  readonly corpusBleu?: number;
  /** Share of answers that ended by themselves. */
  readonly finished?: number;
  /** Nats per token, every item with the same weight. */
  readonly nll?: Estimate;
  /** Nats per token over all gold tokens, every token with the same weight. */
  readonly corpusNll?: number;
  /** Mean by prompt, of how many; only of timed runs. */
  readonly compressMs?: { readonly n: number; readonly mean: number };
  /** Of the answers that were not cached. */
  readonly answerMs?: { readonly n: number; readonly mean: number };
  readonly billed?: Billed;
}

export type Against = "base" | "control" | "ablated" | "best-baseline";

/** One condition minus another, over the items that both have. */
export interface Pair {
  readonly condition: string;
  readonly against: string;
  readonly role: Against;
  /** A metric's name, or `nll`. */
  readonly measure: string;
  readonly difference: Difference;
}

/** Prices, and what is assumed of use. */
export interface Money {
  readonly prices: Prices;
  readonly assumptions: Assumptions;
}

export interface Summary {
  readonly task: TaskInfo;
  readonly target: string;
  /** The condition differences are taken to; absent where it did not run. */
  readonly base?: string;
  readonly unit: Unit;
  readonly items: number;
  readonly groups: number;
  readonly partial?: string;
  /** What all that is said of money goes by; absent without prices. */
  readonly money?: Money;
  /** Names of scores, the task's first. */
  readonly metrics: readonly string[];
  /** Without a size first, then by size; within one, methods in the order given. */
  readonly conditions: readonly ConditionSummary[];
  readonly pairs: readonly Pair[];
  readonly economies: readonly Economy[];
}
