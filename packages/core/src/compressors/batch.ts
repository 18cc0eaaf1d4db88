/**
 * Prompts one after another, as they come and in order.
 *
 * @module
 */
import { throwIfAborted, untilAborted } from "../errors.js";
import type { Prompt, PromptInput } from "../text/types.js";
import type { CompressedPrompt } from "./types.js";

/** One prompt of a batch: what came out, or why nothing did. */
export type BatchItem =
  | { readonly index: number; readonly result: CompressedPrompt; readonly error?: never }
  | { readonly index: number; readonly error: unknown; readonly result?: never };

/** A prompt of a batch. */
export type BatchInput = string | PromptInput | Prompt;

/**
 * Runs `compress` on input after input; an input is read when its result is asked for. An abort
 * ends the batch also while it waits for its next input.
 *
 * @throws LlmlinguaError `aborted`
 */
export async function* oneByOne(
  inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>,
  signal: AbortSignal | undefined,
  compress: (input: BatchInput) => Promise<CompressedPrompt>,
): AsyncGenerator<BatchItem> {
  const iterator = iteratorOf(inputs);
  try {
    for (let index = 0; ; index++) {
      throwIfAborted(signal);
      const next = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (next.done === true) return;
      yield await compress(next.value).then(
        (result) => ({ index, result }),
        (error: unknown) => {
          throwIfAborted(signal);
          return { index, error };
        },
      );
    }
  } finally {
    // Not awaited: a source that does not answer must not hold its reader.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function iteratorOf(
  inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>,
): Iterator<BatchInput> | AsyncIterator<BatchInput> {
  return Symbol.asyncIterator in inputs
    ? inputs[Symbol.asyncIterator]()
    : inputs[Symbol.iterator]();
}
