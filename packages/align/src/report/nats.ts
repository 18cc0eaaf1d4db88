/**
 * Surprisal of texts under two scorers, in the form in which compression uses them.
 *
 * @module
 */
import type { TokenScorer } from "@llmlingua/core";

/** The scorer before training and after it; they share a tokenizer. */
export interface Scorers {
  readonly base: TokenScorer;
  readonly aligned: TokenScorer;
}

/** Nats of `ids[from …]` given what is before them under each scorer (≥ 0). `from` is at least 1. */
export async function natsOfBoth(
  { base, aligned }: Scorers,
  ids: Uint32Array,
  from: number,
  signal?: AbortSignal,
): Promise<{ readonly base: number; readonly aligned: number; readonly size: number }> {
  return {
    base: await natsOf(base, ids, from, signal),
    aligned: await natsOf(aligned, ids, from, signal),
    size: ids.length - from,
  };
}

async function natsOf(
  scorer: TokenScorer,
  ids: Uint32Array,
  from: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const logprobs = await scorer.score(ids, { from, signal });
  let nats = 0;
  for (const logprob of logprobs) nats -= logprob;
  return nats;
}
