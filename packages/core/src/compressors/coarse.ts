/**
 * The coarse stages of the budget controller: whole contexts, then whole sentences.
 *
 * LLMLingua (Jiang et al., 2023), §4.1, Algorithm 1.
 *
 * @module
 */
import { chooseWhole, descending } from "../select/coarse.js";
import { randomAt } from "../select/unit-scores.js";
import { recurringStructure, type StructureKind } from "../text/structure.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import { unitsOf } from "../tokens/units.js";
import { indexesIn, type Job, meanSurprisal, scoreTokens } from "./job.js";
import type { Cutter } from "./live-units.js";
import { markTier, TIER } from "./tiers.js";

interface Range {
  readonly from: number;
  readonly to: number;
}

export interface CoarseResult {
  /** 1 = reaches the token stage, by token. */
  readonly alive: Uint8Array;
  /** Tokens of contexts that reach it: L̃_D. */
  readonly contextTokens: number;
  /** What was dropped whole, next best first: what to restore when there is room. */
  readonly dropped: readonly Range[];
  /** The sentences among it. */
  readonly sentences: readonly Range[];
  /** By context index: place in the order of visits, 0 = first. */
  readonly rank: readonly number[];
  /** By part: mean surprisal of its tokens read alone, in nats; NaN when it was not scored. */
  readonly surprisals: readonly number[];
}

/** Sentences are dropped by default when more than this many times the limit is left of the contexts. */
const TOO_MUCH = 2;

/**
 * Drops whole contexts, then whole sentences, until about `limit` tokens of contexts are left.
 *
 * @param limit - k·τ_dems·L_dems, in scorer tokens
 */
export async function dropWhole(job: Job, cut: Cutter, limit: number): Promise<CoarseResult> {
  const contexts = job.tokens.parts.filter(({ part }) => part.kind === "context");
  const alive = new Uint8Array(job.tokens.ids.length);
  for (const { from, to } of job.tokens.parts) alive.fill(1, from, to);
  const byContext = await dropContexts(job, contexts, limit);
  for (const { from, to } of byContext.dropped) alive.fill(0, from, to);
  await job.breath.pause();
  if (job.settings.structure) markStructure(job);
  await job.breath.pause();
  const { sentenceLevel, tokenLevel } = job.settings;
  const wanted = sentenceLevel ?? (!tokenLevel || byContext.tokens > TOO_MUCH * limit);
  const sentences: Range[] = [];
  let contextTokens = byContext.tokens;
  if (wanted && byContext.tokens > limit) {
    const bySentence = await dropSentences(job, cut, byContext.kept, limit);
    for (const range of bySentence.dropped) alive.fill(0, range.from, range.to);
    sentences.push(...bySentence.dropped);
    contextTokens = bySentence.tokens;
  }
  const dropped = [...sentences, ...byContext.dropped];
  const surprisals = job.tokens.parts.map((part) => meanSurprisal(job.surprisals, part));
  return { alive, contextTokens, dropped, sentences, rank: byContext.rank, surprisals };
}

/** Marks what recurs across contexts. */
function markStructure(job: Job): void {
  const { text, offsets, parts } = job.tokens;
  const spans = recurringStructure(
    text,
    parts.map(({ part }) => part),
  );
  const of = (kind: StructureKind) => spans.filter((span) => span.kind === kind);
  markTier(offsets, job.tiers, of("recurring"), TIER.recurring);
  markTier(offsets, job.tiers, of("closing"), TIER.closing);
}

async function dropContexts(job: Job, contexts: readonly PartTokens[], limit: number) {
  const lengths = contexts.map(({ from, to }) => to - from);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { contextLevel } = job.settings;
  if (!contextLevel || contexts.length < 2 || total <= limit) {
    return { kept: contexts, dropped: [], tokens: total, rank: contexts.map((_, i) => i) };
  }
  const order = await contextOrder(job, contexts);
  const { tokenLevel, sentenceLevel } = job.settings;
  const choice = chooseWhole(lengths, order, limit, tokenLevel || sentenceLevel !== false);
  const rank: number[] = [];
  for (const [place, index] of order.entries()) rank[index] = place;
  return {
    kept: contexts.filter((_, i) => choice.kept[i] === 1),
    dropped: order.filter((i) => choice.kept[i] === 0).map((i) => contexts[i]),
    tokens: choice.tokens,
    rank,
  };
}

async function contextOrder(job: Job, contexts: readonly PartTokens[]): Promise<number[]> {
  const { contextOrder: order, seed } = job.settings;
  switch (order) {
    case "original":
      return contexts.map((_, i) => i);
    case "random":
      return descending(contexts.map((_, i) => randomAt(seed, i)));
    case "perplexity":
      await scoreAlone(job, contexts);
      return descending(contexts.map((context) => meanSurprisal(job.surprisals, context)));
    default:
      return order satisfies never;
  }
}

/** Scores each part by itself, unless it has been. */
async function scoreAlone(job: Job, parts: readonly Range[]): Promise<void> {
  const unscored = parts.filter(({ from, to }) => to > from && Number.isNaN(job.surprisals[from]));
  const tokens = unscored.reduce((sum, { from, to }) => sum + to - from, 0);
  job.meter.expect("coarse", job.meter.scored + tokens);
  for (const { from, to } of unscored) await scoreTokens(job, "coarse", indexesIn(from, to));
}

/** Sentences by mean surprisal, highest first; those with text that must stay are kept in any case. */
async function dropSentences(job: Job, cut: Cutter, kept: readonly PartTokens[], limit: number) {
  if (job.settings.tokenScore !== "random") await scoreAlone(job, kept);
  const boundary = await cut("sentence");
  const sentences = kept.flatMap(({ from, to }) =>
    rangesOf(unitsOf(job.tokens.offsets, from, to, boundary)),
  );
  const score = (range: Range) =>
    job.settings.tokenScore === "random"
      ? randomAt(job.settings.seed, range.from)
      : meanSurprisal(job.surprisals, range);
  const order = descending(sentences.map(score));
  const lengths = sentences.map(({ from, to }) => to - from);
  const choice = chooseWhole(lengths, order, limit, job.settings.tokenLevel);
  const isDropped = (i: number) => choice.kept[i] === 0 && !holdsDear(job, sentences[i]);
  const dropped = order.filter(isDropped).map((i) => sentences[i]);
  const left = dropped.reduce((sum, { from, to }) => sum - (to - from), sumOf(lengths));
  return { dropped, tokens: left };
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
