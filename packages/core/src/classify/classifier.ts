/**
 * A token classifier over anything that reads one chunk.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import { checkCall } from "../score/checks.js";
import type { TokenClassifier } from "./types.js";

/** What runs the model. */
export interface ChunkReader {
  /** P(preserve) of every token of one chunk. */
  run(ids: Uint32Array, signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

/** What is known of the model. */
export type ClassifierDescription = Pick<
  TokenClassifier,
  "name" | "family" | "tokenizer" | "maxTokens"
> & { readonly vocabularySize: number };

/** Chunks go to the reader one after another, so that memory is that of one. */
export function classifierOf(
  { name, family, tokenizer, maxTokens, vocabularySize }: ClassifierDescription,
  reader: ChunkReader,
): TokenClassifier {
  return {
    name,
    family,
    tokenizer,
    maxTokens,
    async classify(chunks, { signal, onProgress } = {}) {
      for (const chunk of chunks) checkCall(chunk, 0, { maxTokens, vocabularySize });
      const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      const probabilities: Float32Array[] = [];
      let done = 0;
      for (const chunk of chunks) {
        throwIfAborted(signal);
        probabilities.push(
          chunk.length === 0 ? new Float32Array(0) : await reader.run(chunk, signal),
        );
        done += chunk.length;
        onProgress?.(done, total);
      }
      return probabilities;
    },
    close: () => reader.close(),
  };
}
