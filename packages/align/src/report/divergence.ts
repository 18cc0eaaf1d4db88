/**
 * Kullback–Leibler divergence from the target to the small model, with one tokenizer each.
 *
 * Target and scorer have different vocabularies, so a divergence token by token is not defined. Over whole
 * answers y to a prompt x it is: KL(target ‖ scorer) = E[ln p_T(y|x) − ln p_S(y|x)], y drawn from the target.
 * The mean over samples is an unbiased estimate of it (Monte Carlo). Three things to know: the end of an
 * answer is in neither probability, so it is of texts as beginnings; both sides count one way to split a text
 * into tokens, the target's as drawn, the scorer's canonical; an answer cut at its most tokens counts as far
 * as it goes. The target's own part is the same for both scorers, so their difference has less noise.
 *
 * @module
 */

import { encodePair, type Template } from "../encode/index.js";
import { throwIfAborted } from "../errors.js";
import type { Pair } from "../pairs/types.js";
import { natsPerSize, natsPerText, type PairedNats } from "./change.js";
import type { MeasureOptions } from "./held-out.js";
import { natsOfBoth, type Scorers } from "./nats.js";
import type { Sampler } from "./sample.js";
import type { Sampled } from "./sampled.js";
import type { DivergenceSummary, Measured } from "./summary.js";

export interface DivergenceOptions extends MeasureOptions {
  readonly template: Template;
  /** How many answers are drawn, over the prompts in turn. */
  readonly samples: number;
  readonly maxNewTokens: number;
  /** Of the first sample; the others count up. */
  readonly seed: number;
  /** Answers asked for at once. */
  readonly concurrency: number;
}

/** One line of `samples.jsonl`. */
export interface SampleRecord extends Sampled {
  /** Id of the pair whose prompt was asked. */
  readonly id: string;
  readonly seed: number;
  /** ln p of the same text under each scorer, in nats (≤ 0). */
  readonly base: number;
  readonly aligned: number;
}

/** What was measured, and every sample behind it. */
export interface Divergence {
  readonly summary: Measured<DivergenceSummary>;
  readonly records: readonly SampleRecord[];
}

/**
 * Draws answers to the pairs' prompts and measures both scorers on them.
 *
 * @throws EvaluationError `target-failed`, `target-unfit`, `aborted`
 */
export async function measureDivergence(
  scorers: Scorers,
  sampler: Sampler,
  pairs: readonly Pair[],
  options: DivergenceOptions,
): Promise<Divergence> {
  const drawn = await draw(sampler, pairs, options);
  if (drawn === "no-logprobs") {
    return none(`The target ${sampler.name} gives no log-probabilities of its answers.`);
  }
  const leftOut = new Map(drawn.leftOut);
  const records: SampleRecord[] = [];
  for (const { pair, seed, sampled } of drawn.samples) {
    throwIfAborted(options.signal);
    const found = await scored(scorers, { ...pair, answer: sampled.text }, options);
    if (found === undefined) add(leftOut, "longer than the scorer reads");
    else
      records.push({ id: pair.id, seed, ...sampled, base: -found.base, aligned: -found.aligned });
  }
  if (records.length === 0) return none("No sampled answer could be used.");
  return { records, summary: { measured: true, value: summaryOf(sampler, records, leftOut) } };
}

function none(why: string): Divergence {
  return { records: [], summary: { measured: false, why } };
}

/** From samples to the divergence. Pure. */
export function summaryOf(
  { name, where }: Pick<Sampler, "name" | "where">,
  records: readonly SampleRecord[],
  leftOut: ReadonlyMap<string, number>,
): DivergenceSummary {
  const texts = records.map((record): PairedNats => {
    const { id, text, nats } = record;
    const size = Buffer.byteLength(text);
    return { base: nats - record.base, aligned: nats - record.aligned, size, group: id };
  });
  return {
    target: { name, where },
    samples: records.length,
    prompts: new Set(records.map(({ id }) => id)).size,
    bytes: texts.reduce((sum, { size }) => sum + size, 0),
    leftOut: Object.fromEntries(leftOut),
    perAnswer: natsPerText(texts),
    perByte: natsPerSize(texts),
  };
}

interface Draw {
  readonly pair: Pair;
  readonly seed: number;
  readonly sampled: Sampled;
}

const WORDS = {
  empty: "empty answers",
  "other-text": "tokens that spell another text than the answer",
} as const;

async function draw(sampler: Sampler, pairs: readonly Pair[], options: DivergenceOptions) {
  const { samples: wanted, seed: first, concurrency, maxNewTokens, signal, onProgress } = options;
  const samples: (Draw | undefined)[] = [];
  const leftOut = new Map<string, number>();
  const state = { at: 0, done: 0, without: false };
  const worker = async () => {
    while (state.at < wanted && !state.without) {
      const index = state.at++;
      const pair = pairs[index % pairs.length];
      const seed = first + index;
      const sampled = await sampler.sample(pair.messages, { maxNewTokens, seed, signal });
      if ("text" in sampled) samples[index] = { pair, seed, sampled };
      else if (sampled.why === "no-logprobs") state.without = true;
      else add(leftOut, WORDS[sampled.why]);
      onProgress?.(++state.done, wanted);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker)).catch((error: unknown) => {
    state.at = wanted;
    throw error;
  });
  if (state.without) return "no-logprobs";
  return { samples: samples.filter((one) => one !== undefined), leftOut };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Nats of the answer as a beginning, without its end; undefined where it is longer than what is read. */
async function scored(scorers: Scorers, pair: Pair, { template, signal }: DivergenceOptions) {
  const maxTokens = Math.min(scorers.base.maxTokens, scorers.aligned.maxTokens);
  const open = { ...pair, finished: false };
  const { ids, from, cut } = encodePair(open, scorers.base.tokenizer, { template, maxTokens });
  return cut === "none" ? natsOfBoth(scorers, ids, from, signal) : undefined;
}
