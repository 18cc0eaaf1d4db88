/**
 * Scores token sequences one after another and re-reads only what changed since the last one.
 *
 * Which tokens the graph's memory holds is known here; calls that begin like the last one continue
 * behind the common prefix. Pure logic over an injected graph.
 *
 * @module
 */
/** The model as this module sees it: a graph with one memory of `maxTokens` rows. */
export interface ScorerGraph {
  /** Makes room for `rows` rows of memory, keeping the first `valid`. */
  reserve(rows: number, valid: number): void;
  /**
   * Reads `inputs` behind the first `past` rows of memory and adds their rows.
   *
   * @param targets - the tokens that follow the last `targets.length` inputs; at least one
   * @returns their log-probabilities in nats, length `targets.length`
   */
  run(inputs: Uint32Array, targets: Uint32Array, past: number): Promise<Float32Array>;
}

/** Scores sequences; see {@link createScorerSession}. */
export interface ScorerSession {
  /**
   * As `TokenScorer.score`; calls must not overlap.
   *
   * @param beforeChunk - called before each run of the graph; throws to stop the call
   */
  score(ids: Uint32Array, from: number, beforeChunk?: () => void): Promise<Float32Array>;
}

/** Most tokens the graph reads at once: its logits take 4 × vocabulary bytes a token. */
const CHUNK_TOKENS = 256;

/** Makes a session over a graph whose memory is empty. */
export function createScorerSession(
  graph: ScorerGraph,
  chunkTokens: number = CHUNK_TOKENS,
): ScorerSession {
  /** Tokens whose rows the memory surely holds. */
  let held: Uint32Array = new Uint32Array(0);
  return {
    async score(ids, from, beforeChunk) {
      const logprobs = new Float32Array(ids.length - from).fill(Number.NaN);
      // The score of token i comes from reading token i − 1; the last token needs no reading.
      const read = ids.subarray(0, Math.max(ids.length - 1, 0));
      const firstScored = Math.max(from, 1);
      if (firstScored >= ids.length) return logprobs;

      const known = commonPrefix(held, read);
      // A single row runs through other kernels, whose rounding differs: read at least two.
      let past = Math.min(known, firstScored - 1, Math.max(read.length - 2, 0));
      const after = known === read.length ? held : read;
      graph.reserve(read.length, past);
      held = held.slice(0, past);
      while (past < read.length) {
        beforeChunk?.();
        const full = Math.min(past + chunkTokens, read.length);
        const end = read.length - full === 1 && full - past > 2 ? full - 1 : full;
        // A chunk before the first wanted score asks for one it does not use.
        const scored = Math.min(Math.max(past + 1, firstScored), end);
        const values = await graph.run(
          read.subarray(past, end),
          ids.subarray(scored, end + 1),
          past,
        );
        if (end >= firstScored) logprobs.set(values, scored - from);
        past = end;
        held = read.slice(0, past);
      }
      held = after.slice();
      return logprobs;
    },
  };
}

function commonPrefix(one: Uint32Array, other: Uint32Array): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return index;
  return length;
}
