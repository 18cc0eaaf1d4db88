/**
 * Which pairs make up each step. Pure: lengths and a seed in, indices out.
 *
 * @module
 */
import { type Random, randomOf } from "@llmlingua/eval/cli-kit";

/** Pairs that are sorted by length together: enough that neighbours are alike, few enough to stay a draw. */
const CHUNK = 64;

/** Indices of the pairs of one step, at least one. */
export type BatchPlan = readonly number[];

/**
 * Every pair once in each epoch: shuffled, sorted by length in chunks so that little is padding, filled up to
 * `batchTokens` padded tokens, and the batches shuffled again.
 *
 * @param lengths - tokens of every pair
 */
export function planBatches(
  lengths: readonly number[],
  { epochs, batchTokens, seed }: { epochs: number; batchTokens: number; seed: number },
): readonly BatchPlan[] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const random = randomOf(`${seed} batches ${epoch}`);
    const order = shuffled([...lengths.keys()], random);
    const batches: BatchPlan[] = [];
    for (let start = 0; start < order.length; start += CHUNK) {
      const chunk = order.slice(start, start + CHUNK);
      batches.push(...filled(chunk, lengths, batchTokens));
    }
    return shuffled(batches, random);
  }).flat();
}

/**
 * What every answer token weighs in its step's loss: 1 / (mean answer tokens of a batch), so that the steps of an epoch
 * add up to the mean over its tokens, each alike, whatever batch it is in.
 *
 * @param answers - answer tokens of every pair
 */
export function tokenWeight(plan: readonly BatchPlan[], answers: readonly number[]): number {
  const tokens = plan.flat().reduce((sum, index) => sum + answers[index], 0);
  return plan.length / tokens;
}

/** The indices sorted by length and cut where another pair would pass `batchTokens`. */
export function filled(
  indices: readonly number[],
  lengths: readonly number[],
  batchTokens: number,
): readonly BatchPlan[] {
  const sorted = [...indices].sort((i, j) => lengths[i] - lengths[j] || i - j);
  const batches: number[][] = [];
  for (const index of sorted) {
    const open = batches.at(-1);
    // Sorted: the pair that joins is the longest, and all are padded to it.
    if (open !== undefined && (open.length + 1) * lengths[index] <= batchTokens) open.push(index);
    else batches.push([index]);
  }
  return batches;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const drawn = [...values];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [drawn[last], drawn[other]] = [drawn[other], drawn[last]];
  }
  return drawn;
}
