/**
 * A model that stops when asked to, says how far it is, and lets the event loop turn.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import { breather } from "../schedule.js";
import { countText } from "../tokens/count.js";
import { ENCODE_PIECES, encodePieces } from "../tokens/pieces.js";
import type { TokenizedText, Tokenizer } from "../tokens/types.js";
import type { ReferenceModel, ReferenceRun } from "./types.js";

export interface MeteredModel extends ReferenceModel {
  /** What `tokenizer.encode` gives, long texts in pieces. */
  encode(text: string): Promise<TokenizedText>;
  /** What `counter.count` gives, long texts in pieces. */
  count(text: string): Promise<number>;
  /** Lets the event loop turn when it is time; throws when aborted. */
  pause(): Promise<void>;
  /** Announces scorer tokens to come. */
  expect(tokens: number): void;
  /** Reports the end: `done === total`. */
  finish(): void;
}

/** Wraps `model` so that every scoring checks `signal` first and reports `onProgress` after. */
export function meter(model: ReferenceModel, { signal, onProgress }: ReferenceRun): MeteredModel {
  const { tokenizer, counter, maxPositions, startTokens } = model;
  const breath = breather(signal);
  const pause = () => breath.pause();
  let done = 0;
  let total = 0;
  let inPieces: boolean | undefined;
  return {
    tokenizer,
    counter,
    maxPositions,
    startTokens,
    pause,
    async encode(text) {
      await pause();
      if (text.length <= ENCODE_PIECES.target) return tokenizer.encode(text);
      inPieces ??= takesPieces(tokenizer);
      return inPieces ? encodePieces(tokenizer, text, { signal }) : tokenizer.encode(text);
    },
    count: (text) => countText(counter, text, breath),
    async losses(request) {
      await pause();
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

/** Whether a cut before a space changes nothing. It does where every text gets a space in front (Llama 2). */
function takesPieces(tokenizer: Tokenizer): boolean {
  const ids = (text: string) => [...tokenizer.encode(text).ids];
  return [...ids("a"), ...ids(" b")].join() === ids("a b").join();
}
