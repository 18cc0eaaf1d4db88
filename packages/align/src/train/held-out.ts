/**
 * Loss on pairs that training does not see.
 *
 * @module
 */
import type { EncodedPair } from "../encode/index.js";
import { answerTokens, batchOf, type Scaled, type TrainingGraphs } from "../graphs/index.js";
import { filled } from "./batches.js";

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
  { batchTokens, signal }: { batchTokens: number; signal?: AbortSignal },
): Promise<number> {
  const lengths = pairs.map(({ ids }) => ids.length);
  let [sum, tokens] = [0, 0];
  for (const indices of filled([...pairs.keys()], lengths, batchTokens)) {
    const batch = indices.map((index) => pairs[index]);
    const logprobs = await graphs.logprobs(batchOf(batch, 1), given, signal);
    for (const logprob of logprobs) sum -= logprob;
    for (const pair of batch) tokens += answerTokens(pair);
  }
  return sum / tokens;
}
