/**
 * What every scorer checks before it runs a model. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

/** What a call is checked against. */
export interface CallLimits {
  /** Most tokens one call may hold. */
  readonly maxTokens: number;
  /** Ids are below this; absent when every id is known. */
  readonly vocabularySize?: number;
}

/**
 * Checks the arguments of `TokenScorer.score`.
 *
 * @throws LlmlinguaError `too-many-tokens`, `invalid-option`
 */
export function checkCall(ids: Uint32Array, from: number, limits: CallLimits): void {
  if (ids.length > limits.maxTokens) {
    throw new LlmlinguaError(
      "too-many-tokens",
      `Cannot score ${ids.length} tokens: the model reads at most ${limits.maxTokens}. Lower segmentSize or split the prompt.`,
    );
  }
  if (!Number.isInteger(from) || from < 0 || from > ids.length) {
    throw new LlmlinguaError(
      "invalid-option",
      `Cannot score from position ${from}: it must be a whole number from 0 to ${ids.length}, the number of tokens.`,
    );
  }
  const { vocabularySize = Number.POSITIVE_INFINITY } = limits;
  const unknown = ids.findIndex((id) => id >= vocabularySize);
  if (unknown >= 0) {
    throw new LlmlinguaError(
      "invalid-option",
      `Token ${ids[unknown]} at position ${unknown} is not in the model's vocabulary of ${vocabularySize}. Encode the text with the scorer's own tokenizer.`,
    );
  }
}

/** The error of calls on a scorer that was closed. */
export function closedError(name: string): LlmlinguaError {
  return new LlmlinguaError(
    "closed",
    `The scorer ${name} is closed. Load it again to score more text.`,
  );
}
