/**
 * What a report knows: the content of `summary.json`.
 *
 * @module
 */
import type { Estimate } from "@llmlingua/eval";

/** The same quantity with the base scorer and with the aligned one. */
export interface BothScorers {
  readonly base: Estimate;
  readonly aligned: Estimate;
}

/** Loss on pairs that were held out of training, scored by both folders as they are used. */
export interface HeldOutSummary {
  readonly pairs: number;
  /** Groups of them that belong together, such as the turns of a conversation: what intervals resample. */
  readonly groups: number;
  /** Answer tokens, ends included. */
  readonly tokens: number;
  /** Pairs of which the window took the prompt's beginning or the answer's end away. */
  readonly cut: number;
  /** Whether the pairs are the file that the record of training names. */
  readonly sameFile: boolean;
  /** Nats per answer token. */
  readonly loss: BothScorers;
  /** Aligned loss over base loss, less 1: −0.05 is 5 % lower. */
  readonly change: Estimate;
  /** Nats per answer token before and after, as training measured them on its own graph. */
  readonly training: {
    readonly before: number;
    readonly after: number;
    /** How many of the pairs it measured; absent where its record does not say. */
    readonly pairs?: number;
  };
}

/** Perplexity on text that has nothing to do with the pairs. */
export interface GeneralSummary {
  readonly source: string;
  readonly passages: number;
  /** Passages beyond the most that are read. */
  readonly leftOut: number;
  readonly tokens: number;
  readonly perplexity: { readonly base: number; readonly aligned: number };
  /** Aligned perplexity over base perplexity. */
  readonly ratio: Estimate;
  /** How far from 1 the ratio may be, as 0.03. */
  readonly limit: number;
}

/** How far each scorer is from the target, estimated from the target's answers. */
export interface DivergenceSummary {
  readonly target: { readonly name: string; readonly where: string };
  readonly samples: number;
  readonly prompts: number;
  /** Groups of prompts that belong together: what intervals resample. */
  readonly groups: number;
  /** UTF-8 bytes of all sampled answers. */
  readonly bytes: number;
  /** `scored`: values are KL divergences. `left out`: the target lists no ends, and they are cross-entropy gaps. */
  readonly ends: "scored" | "left out";
  /** Samples that could not be used, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Nats per answer; the difference is aligned less base. */
  readonly perAnswer: BothScorers & { readonly difference: Estimate };
  /** Nats per UTF-8 byte. */
  readonly perByte: BothScorers & { readonly difference: Estimate };
}

/** One measure of one condition of the evaluation, over the items that both runs have. */
export interface CompressionRow extends BothScorers {
  /** `default@5x`. */
  readonly condition: string;
  /** `nll` (nats per token of the expected text) or a metric's name (0 … 1). */
  readonly measure: string;
  /** Aligned less base. */
  readonly difference: Estimate;
  /** Different prompts of its items, each compressed once; more than one are what intervals and p resample. */
  readonly prompts: number;
  /** Different items, by id; fewer than answers where several prompts were asked the same. */
  readonly questions: number;
  /** Two-sided, by flipping signs; absent of fewer than two items, and where nothing is compressed. */
  readonly p?: number;
  /** The same, corrected for all conditions of the measure. */
  readonly pHolm?: number;
  /** The least that the first `pHolm` of the measure can be with so few prompts (or items of one prompt). */
  readonly leastP?: number;
}

/** Sizes of the prompts of a condition, mean tokens. */
export interface ConditionTokens {
  readonly condition: string;
  readonly base: number;
  readonly aligned: number;
}

/** What compression with each scorer leaves of a target's answers. */
export interface CompressionSummary {
  readonly task: string;
  readonly target: string;
  readonly scorers: { readonly base: string; readonly aligned: string };
  readonly rows: readonly CompressionRow[];
  readonly tokens: readonly ConditionTokens[];
  /** Different prompts that were compressed, each for all of its items. */
  readonly prompts: number;
  /** Items whose question stands in a pair's prompt, counted in each pair of runs; absent where that was not looked at. */
  readonly overlapping?: number;
  /** Records without a partner in the other run, or that failed. */
  readonly unpaired: number;
  readonly failed: number;
  /** Whether the spending cap ended a run. */
  readonly partial?: true;
}

/** A section, or why there is none. */
export type Measured<T> = { readonly measured: true; readonly value: T } | NotMeasured;

export interface NotMeasured {
  readonly measured: false;
  /** A sentence. */
  readonly why: string;
}

/** `summary.json`. */
export interface ReportSummary {
  readonly format: "llmlingua-alignment-report/1";
  readonly scorers: { readonly base: string; readonly aligned: string };
  readonly pairs: { readonly file: string; readonly sha256: string };
  readonly heldOut: HeldOutSummary;
  readonly general: GeneralSummary;
  readonly divergence: Measured<DivergenceSummary>;
  readonly compression: Measured<CompressionSummary>;
  /** USD of the task's runs and the samples, earlier calls in the same folder counted; absent without prices. */
  readonly cost?: number;
  readonly versions: Readonly<Record<string, string>>;
}
