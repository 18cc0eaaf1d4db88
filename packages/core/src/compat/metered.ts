/**
 * A model that stops when asked to and says how far it is.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import type { ReferenceModel, ReferenceRun } from "./types.js";

export interface MeteredModel extends ReferenceModel {
  /** Announces scorer tokens to come. */
  expect(tokens: number): void;
  /** Reports the end: `done === total`. */
  finish(): void;
}

/** Wraps `model` so that every scoring checks `signal` first and reports `onProgress` after. */
export function meter(model: ReferenceModel, { signal, onProgress }: ReferenceRun): MeteredModel {
  let done = 0;
  let total = 0;
  return {
    tokenizer: model.tokenizer,
    counter: model.counter,
    maxPositions: model.maxPositions,
    startTokens: model.startTokens,
    async losses(request) {
      throwIfAborted(signal);
      const losses = await model.losses({ ...request, signal });
      throwIfAborted(signal);
      done += request.fresh.length;
      total = Math.max(total, done);
      onProgress?.({ done, total });
      return losses;
    },
    expect(tokens) {
      total += tokens;
    },
    finish() {
      onProgress?.({ done, total: done });
    },
  };
}
