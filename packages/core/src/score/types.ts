/**
 * The one interface behind which models run.
 *
 * @module
 */
import type { Tokenizer } from "../tokens/types.js";

/** Texts that are read in turns: 0 the prompt, 1 the prompt given its question, 2 pieces by themselves. */
export type ScoreStream = 0 | 1 | 2;

export interface ScoreOptions {
  /** First position whose log-probability is wanted; default 0. */
  readonly from?: number;
  /**
   * Which of texts read in turns this call goes on with; default 0. A backend that remembers the last
   * call's prefix does so for each. It changes speed only, and may be ignored.
   */
  readonly stream?: ScoreStream;
  readonly signal?: AbortSignal;
}

/** A causal language model that says how likely each token was. Stateless to the caller. */
export interface TokenScorer {
  /** Name for reports, e.g. `smollm2-135m-instruct`. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** Most tokens one call may hold, start token included. */
  readonly maxTokens: number;
  /** Token put in front of a text so that its first token has a score too; absent if the model has none. */
  readonly startToken?: number;
  /**
   * ln p(ids[i] | ids[0..i)) in nats (≤ 0) for i = from … n − 1; length n − from.
   * Position 0 has nothing before it: its value is NaN. Calls run one after another, in order.
   *
   * @throws LlmlinguaError `too-many-tokens`, `aborted`, `closed`, `scorer-failed`
   */
  score(ids: Uint32Array, options?: ScoreOptions): Promise<Float32Array>;
  /** Frees the model. Later calls fail with `closed`. */
  close(): Promise<void>;
}
