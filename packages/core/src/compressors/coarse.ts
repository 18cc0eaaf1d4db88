/**
 * The coarse stages of the budget controller: whole contexts, then whole sentences.
 *
 * LLMLingua (Jiang et al., 2023), §4.1, Algorithm 1.
 *
 * @module
 */
import { chooseTrimmed, chooseWhole, type Room } from "../select/coarse.js";
import type { Demonstrations } from "../text/demonstrations.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import { needsOf } from "./demonstrations.js";
import { type Job, meanSurprisal } from "./job.js";
import type { Cutter } from "./live-units.js";
import { dropSentences, type Range } from "./sentences.js";
import { orderByRelevance, visitOrder } from "./visits.js";

export interface CoarseResult {
  /** 1 = reaches the token stage, by token. */
  readonly alive: Uint8Array;
  /** Tokens of contexts that reach it: L̃_D. */
  readonly contextTokens: number;
  /** What was dropped whole, next best first: what to restore when there is room. */
  readonly dropped: readonly Range[];
  /** The sentences among it. */
  readonly sentences: readonly Range[];
  /** By context index: place in the order of visits, 0 = first; none for contexts with a rate of their own. */
  readonly rank: readonly number[];
  /** By part: mean surprisal of its tokens read alone, in nats; NaN when it was not scored. */
  readonly surprisals: readonly number[];
}

/** Sentences are dropped by default when more than this many times the limit is left of the contexts. */
const TOO_MUCH = 2;

/**
 * Drops whole contexts, then whole sentences, until about `room.limit` tokens of contexts are left.
 *
 * @param shape - where contexts are worked examples
 */
export async function dropWhole(
  job: Job,
  cut: Cutter,
  room: Room,
  shape: Demonstrations | undefined,
): Promise<CoarseResult> {
  const isFree = ({ part }: PartTokens) => part.kind === "context" && part.rate === undefined;
  const contexts = job.tokens.parts.filter(isFree);
  const alive = new Uint8Array(job.tokens.ids.length);
  for (const { from, to } of job.tokens.parts) alive.fill(1, from, to);
  const byContext = await dropContexts(job, contexts, cut, room, shape);
  for (const { from, to } of byContext.dropped) alive.fill(0, from, to);
  await job.breath.pause();
  const { sentenceLevel, tokenLevel } = job.settings;
  const isOnly = job.relevance !== undefined && contexts.length === 1;
  const isMuch = byContext.tokens > TOO_MUCH * room.limit && shape === undefined;
  const wanted = sentenceLevel ?? (!tokenLevel || isOnly || isMuch);
  const sentences: Range[] = [];
  let contextTokens = byContext.tokens;
  if (wanted && byContext.tokens > room.limit) {
    const bySentence = await dropSentences(job, cut, byContext.kept, room.limit);
    for (const range of bySentence.dropped) alive.fill(0, range.from, range.to);
    sentences.push(...bySentence.dropped);
    contextTokens = bySentence.tokens;
  }
  const dropped = [...sentences, ...byContext.dropped];
  const surprisals = job.tokens.parts.map((part) => meanSurprisal(job.surprisals, part));
  return { alive, contextTokens, dropped, sentences, rank: byContext.rank, surprisals };
}

async function dropContexts(
  job: Job,
  contexts: readonly PartTokens[],
  cut: Cutter,
  room: Room,
  shape: Demonstrations | undefined,
) {
  const lengths = contexts.map(({ from, to }) => to - from);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { contextLevel } = job.settings;
  const enough = shape ? room.budget : room.limit;
  if (!contextLevel || contexts.length < 2 || total <= enough) {
    const order = orderByRelevance(job, contexts) ?? [...contexts.keys()];
    const rank = rankByIndex(contexts, order);
    return { kept: contexts, dropped: [], tokens: total, rank };
  }
  const order = await visitOrder(job, contexts, shape ? "shortest" : "perplexity");
  const { tokenLevel, sentenceLevel } = job.settings;
  const choice =
    shape && tokenLevel
      ? chooseTrimmed(lengths, await needsOf(job, cut, contexts, shape), order, room)
      : chooseWhole(lengths, order, room.limit, tokenLevel || sentenceLevel !== false);
  return {
    kept: contexts.filter((_, i) => choice.kept[i] === 1),
    dropped: order.filter((i) => choice.kept[i] === 0).map((i) => contexts[i]),
    tokens: choice.tokens,
    rank: rankByIndex(contexts, order),
  };
}

/** By context index: its place in `order`. */
function rankByIndex(contexts: readonly PartTokens[], order: readonly number[]): number[] {
  const rank: number[] = [];
  for (const [place, i] of order.entries()) rank[contexts[i].part.index] = place;
  return rank;
}
