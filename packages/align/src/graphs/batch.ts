/**
 * Encoded pairs side by side, as the graphs read them. Pure.
 *
 * @module
 */
import type { EncodedPair } from "../encode/encode-pair.js";

/** `rows` texts of `length` tokens, padded on the right; row-major, each array rows · length long. */
export interface Batch {
  readonly rows: number;
  readonly length: number;
  readonly ids: BigInt64Array;
  /** What follows each token; 0 where nothing is asked. */
  readonly targets: BigInt64Array;
  /** What each target counts in the loss −Σ weights · logprobs; 0 where it is not asked for. */
  readonly weights: Float32Array;
}

/** Tokens of the answer, all of them targets. */
export function answerTokens({ ids, from }: EncodedPair): number {
  return ids.length - from;
}

/**
 * Asks for every token of the answers; padding and prompts have weight 0.
 *
 * @param weight - of every target; the mean over the batch's answer tokens where it is left out
 */
export function batchOf(pairs: readonly EncodedPair[], weight?: number): Batch {
  const length = Math.max(...pairs.map(({ ids }) => ids.length)) - 1;
  const asked = pairs.reduce((sum, pair) => sum + answerTokens(pair), 0);
  const size = pairs.length * length;
  const [ids, targets] = [new BigInt64Array(size), new BigInt64Array(size)];
  const weights = new Float32Array(size);
  for (const [row, pair] of pairs.entries()) {
    const start = row * length;
    for (let token = 0; token + 1 < pair.ids.length; token++) {
      ids[start + token] = BigInt(pair.ids[token]);
      if (token + 1 < pair.from) continue;
      targets[start + token] = BigInt(pair.ids[token + 1]);
      weights[start + token] = weight ?? 1 / asked;
    }
  }
  return { rows: pairs.length, length, ids, targets, weights };
}
