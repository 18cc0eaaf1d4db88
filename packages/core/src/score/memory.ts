/**
 * A scorer that remembers what it answered, for work that asks the same again: prompts of a batch
 * that share contexts, the tries of a search.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import type { TokenScorer } from "./types.js";

/** Options of {@link rememberingScorer}. */
export interface ScoreMemoryOptions {
  /** Most tokens remembered, of calls and answers together; the oldest are forgotten. Default 2,000,000 (8 MB). */
  readonly tokens?: number;
}

interface Entry {
  readonly ids: Uint32Array;
  readonly from: number;
  readonly logprobs: Float32Array;
}

const TOKENS = 2_000_000;

/** What one model answered, for as long as the memory is kept. */
export interface ScoreMemory {
  /** The same scorer, asked only for what is not remembered; `close` is left to the scorer's owner. */
  over(scorer: TokenScorer): TokenScorer;
}

/** The same scorer with a memory of whole calls. */
export function rememberingScorer(scorer: TokenScorer, options?: ScoreMemoryOptions): TokenScorer {
  return createScoreMemory(options).over(scorer);
}

/** Makes an empty memory; scorers over it must be of one model. */
export function createScoreMemory({ tokens: most = TOKENS }: ScoreMemoryOptions = {}): ScoreMemory {
  /** In order of last use. */
  const entries = new Map<string, Entry>();
  let held = 0;
  const sizeOf = ({ ids, logprobs }: Entry) => ids.length + logprobs.length;
  const forget = (key: string, entry: Entry) => {
    entries.delete(key);
    held -= sizeOf(entry);
  };
  const remember = (key: string, entry: Entry) => {
    const replaced = entries.get(key);
    if (replaced) forget(key, replaced);
    entries.set(key, entry);
    held += sizeOf(entry);
    for (const [oldest, old] of entries) {
      if (held <= most) break;
      forget(oldest, old);
    }
  };
  const over = (scorer: TokenScorer): TokenScorer => ({
    // Named one by one: a scorer may be an instance of a class.
    name: scorer.name,
    tokenizer: scorer.tokenizer,
    maxTokens: scorer.maxTokens,
    startToken: scorer.startToken,
    async score(ids, options = {}) {
      const { from = 0, signal } = options;
      throwIfAborted(signal);
      const key = `${ids.length} ${from} ${hashOf(ids)}`;
      const known = entries.get(key);
      if (known && isSame(known.ids, ids)) {
        entries.delete(key);
        entries.set(key, known);
        return known.logprobs.slice();
      }
      const call = ids.slice();
      const logprobs = await scorer.score(ids, options);
      remember(key, { ids: call, from, logprobs: logprobs.slice() });
      return logprobs;
    },
    close: async () => undefined,
  });
  return { over };
}

/** FNV-1a over the ids. */
function hashOf(ids: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (const id of ids) hash = Math.imul(hash ^ id, 0x01000193);
  return hash >>> 0;
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i]);
}
