/**
 * Two scorers on the same texts: how their nats differ, and how sure that is. Pure.
 *
 * Texts are drawn with replacement (Efron 1979), both scorers' nats of a text together, so that how hard
 * a text is cancels out.
 *
 * @module
 */
import { bootstrapMean, bootstrapRatio, type Estimate, type Interval } from "@llmlingua/eval";
import { estimateOf } from "./estimate.js";
import type { BothScorers } from "./summary.js";

/** Nats of one text under both scorers. */
export interface PairedNats {
  readonly base: number;
  readonly aligned: number;
  /** Tokens, or bytes: what nats are divided by (> 0). */
  readonly size: number;
  /** Texts of one group are drawn together; default each its own. */
  readonly group?: string;
}

/** Both and aligned less base, in nats per token or byte; a text counts by its size. Of at least one text. */
export function natsPerSize(texts: readonly PairedNats[]): BothScorers & {
  readonly difference: Estimate;
} {
  const sizes = texts.map(({ size }) => size);
  const of = (values: readonly number[]) => estimate(bootstrapRatio(values, sizes, groups(texts)));
  return {
    base: of(texts.map(({ base }) => base)),
    aligned: of(texts.map(({ aligned }) => aligned)),
    difference: of(differences(texts)),
  };
}

/** Both and aligned less base, in nats per text; every text counts the same. Of at least one text. */
export function natsPerText(texts: readonly PairedNats[]): BothScorers & {
  readonly difference: Estimate;
} {
  const of = (values: readonly number[]) => estimate(bootstrapMean(values, groups(texts)));
  return {
    base: of(texts.map(({ base }) => base)),
    aligned: of(texts.map(({ aligned }) => aligned)),
    difference: of(differences(texts)),
  };
}

/** Relative change of the loss, `Σ aligned / Σ base − 1`: sizes cancel, both read the same tokens. */
export function relativeChange(texts: readonly PairedNats[]): Estimate {
  const bases = texts.map(({ base }) => base);
  return estimate(bootstrapRatio(differences(texts), bases, groups(texts)));
}

/** Aligned perplexity over base perplexity, `exp(Σ (aligned − base) / Σ size)`. */
export function perplexityRatio(texts: readonly PairedNats[]): Estimate {
  const { mean, interval, n } = natsPerSize(texts).difference;
  const [low, high] = (interval ?? []).map(Math.exp);
  return { n, mean: Math.exp(mean), ...(interval && { interval: [low, high] as const }) };
}

function differences(texts: readonly PairedNats[]): number[] {
  return texts.map(({ base, aligned }) => aligned - base);
}

function groups(texts: readonly PairedNats[]) {
  return {
    groups: texts.map(({ group }, index) => (group === undefined ? `${index}` : `g${group}`)),
  };
}

function estimate(found: Interval | undefined): Estimate {
  return found === undefined ? { n: 0, mean: Number.NaN } : estimateOf(found);
}
