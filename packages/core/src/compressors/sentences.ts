/**
 * The sentence stage: whole sentences go where whole contexts leave too much.
 *
 * LLMLingua (Jiang et al., 2023), §4.1; with a question LongLLMLingua §4.1, by sentence.
 *
 * @module
 */
import { checkedScores } from "../rank/checks.js";
import { chooseWhole, descending } from "../select/coarse.js";
import { randomAt } from "../select/unit-scores.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import { unitsOf } from "../tokens/units.js";
import { type Job, meanSurprisal } from "./job.js";
import type { Cutter } from "./live-units.js";
import { TIER } from "./tiers.js";
import { scoreAlone } from "./visits.js";

/** Tokens `from` … `to − 1`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Drops whole sentences of the contexts `kept` until about `limit` tokens are left. Those with text
 * that must stay are kept in any case.
 */
export async function dropSentences(
  job: Job,
  cut: Cutter,
  kept: readonly PartTokens[],
  limit: number,
): Promise<{ readonly dropped: readonly Range[]; readonly tokens: number }> {
  const boundary = await cut("sentence");
  const sentences = kept.flatMap(({ from, to }) =>
    rangesOf(unitsOf(job.tokens.offsets, from, to, boundary)),
  );
  const order = descending(await sentenceScores(job, kept, sentences));
  const lengths = sentences.map(({ from, to }) => to - from);
  const choice = chooseWhole(lengths, order, limit, job.settings.tokenLevel);
  const isDropped = (i: number) => choice.kept[i] === 0 && !holdsDear(job, sentences[i]);
  const dropped = order.filter(isDropped).map((i) => sentences[i]);
  const left = dropped.reduce((sum, { from, to }) => sum - (to - from), sumOf(lengths));
  return { dropped, tokens: left };
}

/**
 * What makes a sentence worth keeping: how likely it makes the question (LongLLMLingua's r_k), or its
 * mean surprisal, read in its context.
 */
async function sentenceScores(
  job: Job,
  kept: readonly PartTokens[],
  sentences: readonly Range[],
): Promise<ArrayLike<number>> {
  const { settings, relevance, tokens, signal } = job;
  if (settings.tokenScore === "random") {
    return sentences.map(({ from }) => randomAt(settings.seed, from));
  }
  if (relevance !== undefined) {
    const { offsets, text } = tokens;
    const texts = sentences.map(({ from, to }) => text.slice(offsets[from], offsets[to]).trim());
    return checkedScores(relevance.ranker, relevance.question, texts, { signal });
  }
  await scoreAlone(job, kept);
  return sentences.map((range) => meanSurprisal(job.surprisals, range));
}

function holdsDear(job: Job, { from, to }: Range): boolean {
  return job.tiers.subarray(from, to).some((tier) => tier > TIER.ordinary);
}

function rangesOf(starts: Uint32Array): Range[] {
  return Array.from({ length: Math.max(0, starts.length - 1) }, (_, u) => ({
    from: starts[u],
    to: starts[u + 1],
  }));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
