/**
 * A deterministic scorer without weights, for documentation, tests and a last resort.
 *
 * It knows no language: a token is as surprising as a hash of it and its neighbours says, and less
 * so each time it comes again. What it shares with a model is the shape: causal, repeatable, and
 * repeated text costs little.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import type { Tokenizer } from "../tokens/types.js";
import { createWordTokenizer } from "../tokens/word-tokenizer.js";
import { checkCall, closedError } from "./checks.js";
import type { TokenScorer } from "./types.js";

/** Options of {@link createHashScorer}. */
export interface HashScorerOptions {
  /** Default: words and characters, see word-tokenizer.ts. */
  readonly tokenizer?: Tokenizer;
  /** Most tokens one call may hold; default 8192. */
  readonly maxTokens?: number;
}

/** Surprisal of a token never seen before lies between these, in nats. */
const LEAST_SURPRISAL = 1;
const MOST_SURPRISAL = 11;

/** The start token: no word hashes to it often enough to matter. */
const START_TOKEN = 0;

/**
 * Makes the scorer; nothing is loaded, and equal ids give equal scores in every process.
 *
 * @example
 * ```ts
 * const scorer = createHashScorer();
 * const { ids } = scorer.tokenizer.encode("the cat and the cat");
 * const logprobs = await scorer.score(ids, { from: 1 }); // 4 values ≤ 0; the last two are the highest
 * ```
 */
export function createHashScorer({
  tokenizer = createWordTokenizer(),
  maxTokens = 8192,
}: HashScorerOptions = {}): TokenScorer {
  const name = "hash";
  let closed = false;
  return {
    name,
    tokenizer,
    maxTokens,
    startToken: START_TOKEN,
    async score(ids, { from = 0, signal } = {}) {
      if (closed) throw closedError(name);
      throwIfAborted(signal);
      checkCall(ids, from, { maxTokens });
      return logprobsOf(ids).slice(from);
    },
    async close() {
      closed = true;
    },
  };
}

function logprobsOf(ids: Uint32Array): Float32Array {
  const logprobs = new Float32Array(ids.length).fill(Number.NaN, 0, 1);
  const timesSeen = new Map<number, number>();
  for (let index = 0; index < ids.length; index++) {
    const seen = timesSeen.get(ids[index]) ?? 0;
    if (index > 0) logprobs[index] = -surprisal(ids[index - 1], ids[index]) / (1 + seen);
    timesSeen.set(ids[index], seen + 1);
  }
  return logprobs;
}

/** Nats, mostly the token's own and a fifth of it from the pair, so that context counts. */
function surprisal(previous: number, id: number): number {
  const share = 0.8 * fraction(id) + 0.2 * fraction(Math.imul(previous, 31) ^ id);
  return LEAST_SURPRISAL + (MOST_SURPRISAL - LEAST_SURPRISAL) * share;
}

/** A whole number spread evenly over [0, 1): the finalizer of MurmurHash3. */
function fraction(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
