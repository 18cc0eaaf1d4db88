/**
 * How far the small model is from the target, with one tokenizer each.
 *
 * Target and scorer have different vocabularies, so a divergence token by token is not defined. Over whole
 * answers y to a prompt x it is: KL(target ‖ scorer) = E[ln p_T(y|x) − ln p_S(y|x)], y drawn from the target,
 * estimated by the mean over samples (Monte Carlo). The end of an answer is a part of y: where the server does
 * not list it for every finished answer it is in neither probability, and the mean is a cross-entropy gap, no KL
 * divergence. Both sides count one way to split a text into tokens, the target's as drawn, the scorer's
 * canonical; an answer cut at its most tokens counts as far as it goes. The target's own part is not in the
 * difference of the two scorers, which is sound, given the samples, in either case.
 *
 * @module
 */

import { encodePair, type Template } from "../encode/index.js";
import { throwIfAborted } from "../errors.js";
import { groupOf } from "../pairs/index.js";
import type { Pair } from "../pairs/types.js";
import { natsPerSize, natsPerText, type PairedNats } from "./change.js";
import { add, CAP_REACHED, type Draw, type DrawOptions, drawSamples } from "./draw.js";
import { natsOfBoth, type Scorers } from "./nats.js";
import type { Sampler } from "./sample.js";
import type { Sampled } from "./sampled.js";
import type { DivergenceSummary, Measured } from "./summary.js";

export interface DivergenceOptions extends DrawOptions {
  readonly template: Template;
}

/** One line of `samples.jsonl`. */
export interface SampleRecord extends Omit<Sampled, "usage"> {
  /** Id of the pair whose prompt was asked. */
  readonly id: string;
  /** Of that pair, or its id. */
  readonly group: string;
  readonly seed: number;
  /** ln p of the same under each scorer, in nats (≤ 0): of the text, and of its end where `end` is there. */
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
  const drawn = await drawSamples(sampler, pairs, options);
  if (drawn === "no-logprobs") {
    return none(`The target ${sampler.name} gives no log-probabilities of its answers.`);
  }
  const leftOut = new Map(drawn.leftOut);
  const records: SampleRecord[] = [];
  for (const { pair, seed, sampled } of withEnds(drawn.samples)) {
    throwIfAborted(options.signal);
    const { usage: _, ...said } = sampled;
    const whole = { ...pair, answer: said.text, finished: said.end !== undefined };
    const found = await scored(scorers, whole, options);
    const named = { id: pair.id, group: groupOf(pair), seed };
    if (found === undefined) add(leftOut, "longer than the scorer reads");
    else records.push({ ...named, ...said, base: -found.base, aligned: -found.aligned });
  }
  if (records.length === 0) {
    const isOver = drawn.samples.length === 0 && leftOut.has(CAP_REACHED);
    return none(
      isOver
        ? "The spending cap was reached before an answer could be drawn."
        : "No sampled answer could be used.",
    );
  }
  return { records, summary: { measured: true, value: summaryOf(sampler, records, leftOut) } };
}

function none(why: string): Divergence {
  return { records: [], summary: { measured: false, why } };
}

/** The same quantity of all samples: ends only where every answer that ended by itself has one. */
function withEnds(samples: readonly Draw[]): readonly Draw[] {
  if (samples.every(({ sampled }) => hasItsEnd(sampled))) return samples;
  return samples.map(({ sampled: { end: _, ...sampled }, ...draw }) => ({ ...draw, sampled }));
}

function hasItsEnd({ finished, end }: Pick<Sampled, "finished" | "end">): boolean {
  return !finished || end !== undefined;
}

/** From samples to the divergence. Pure. */
export function summaryOf(
  { name, where }: Pick<Sampler, "name" | "where">,
  records: readonly SampleRecord[],
  leftOut: ReadonlyMap<string, number>,
): DivergenceSummary {
  const texts = records.map(({ text, nats, end = 0, base, aligned, group }): PairedNats => {
    const target = nats + end;
    return { base: target - base, aligned: target - aligned, size: Buffer.byteLength(text), group };
  });
  return {
    target: { name, where },
    samples: records.length,
    prompts: new Set(records.map(({ id }) => id)).size,
    groups: new Set(records.map(({ group }) => group)).size,
    bytes: texts.reduce((sum, { size }) => sum + size, 0),
    ends: records.every(hasItsEnd) ? "scored" : "left out",
    leftOut: Object.fromEntries(leftOut),
    perAnswer: natsPerText(texts),
    perByte: natsPerSize(texts),
  };
}

/** Nats of the answer, with its end where it is finished; undefined where it is longer than what is read. */
async function scored(scorers: Scorers, pair: Pair, { template, signal }: DivergenceOptions) {
  const maxTokens = Math.min(scorers.base.maxTokens, scorers.aligned.maxTokens);
  const { ids, from, cut } = encodePair(pair, scorers.base.tokenizer, { template, maxTokens });
  return cut === "none" ? natsOfBoth(scorers, ids, from, signal) : undefined;
}
