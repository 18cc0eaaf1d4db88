/**
 * Loss on pairs that training does not see.
 *
 * @module
 */
import type { EncodedPair } from "../encode/index.js";
import { answerTokens, batchOf, type Scaled, type TrainingGraphs } from "../graphs/index.js";
import { filled } from "./batches.js";
import { MOST_HELD_OUT } from "./settings.js";

/** Those of the held-out pairs that are measured: the first 100. */
export function measuredOf<T>(heldOut: readonly T[]): readonly T[] {
  return heldOut.slice(0, MOST_HELD_OUT);
}

export interface HeldOutOptions {
  /** Tokens of a batch, padding included. */
  readonly batchTokens: number;
  readonly signal?: AbortSignal;
  /** Pairs measured so far, after every batch. */
  onBatch?(done: number): void;
}

/**
 * Nats per answer token, all tokens counting alike.
 *
 * @param given - adapters and their scale
 * @throws AlignmentError `aborted`
 */
export async function heldOutLoss(
  graphs: Pick<TrainingGraphs, "logprobs">,
  pairs: readonly EncodedPair[],
  given: Scaled,
  { batchTokens, signal, onBatch }: HeldOutOptions,
): Promise<number> {
  const lengths = pairs.map(({ ids }) => ids.length);
  let [sum, tokens, done] = [0, 0, 0];
  for (const indices of filled([...pairs.keys()], lengths, batchTokens)) {
    const batch = indices.map((index) => pairs[index]);
    const logprobs = await graphs.logprobs(batchOf(batch, 1), given, signal);
    for (const logprob of logprobs) sum -= logprob;
    for (const pair of batch) tokens += answerTokens(pair);
    done += batch.length;
    onBatch?.(done);
  }
  return sum / tokens;
}
