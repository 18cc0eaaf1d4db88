/**
 * A prompt's words as units with one score each: the form that a size is fitted over.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import { type ClassifiedWords, classifyWords } from "./classify-words.js";
import type { ClassifyOptions } from "./options.js";
import type { TokenClassifier } from "./types.js";

/** Words of several stretches of a text, in order; arrays of length n. */
export interface ClassifiedUnits {
  /** UTF-16 offsets into the text. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** P(preserve), 0 … 1: higher = kept longer; comparable over the whole text. */
  readonly score: Float64Array;
  /** 1 = kept whatever its score. */
  readonly forced: Uint8Array;
}

/**
 * Reads each stretch of a text by itself (contexts do not see each other, as in the reference) and
 * gives its words as units.
 *
 * @param spans - stretches to read, sorted and disjoint; the rest has no units
 * @param options - `onProgress` counts UTF-16 units here
 * @throws LlmlinguaError as `classifyWords`
 */
export async function llmlingua2Units(
  text: string,
  spans: readonly Span[],
  classifier: TokenClassifier,
  { onProgress, ...options }: ClassifyOptions = {},
): Promise<ClassifiedUnits> {
  const total = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const read: ClassifiedWords[] = [];
  let done = 0;
  for (const { start, end } of spans) {
    const before = done;
    const words = await classifyWords(text.slice(start, end), classifier, {
      ...options,
      onProgress: (tokens, all) =>
        onProgress?.(before + Math.floor(((end - start) * tokens) / all), total),
    });
    done = before + end - start;
    read.push(words);
  }
  onProgress?.(total, total);
  const offsets = (key: "start" | "end") =>
    Uint32Array.from(
      read.flatMap((words, index) => Array.from(words[key], (at) => at + spans[index].start)),
    );
  return {
    start: offsets("start"),
    end: offsets("end"),
    score: Float64Array.from(read.flatMap((words) => Array.from(words.p))),
    forced: Uint8Array.from(read.flatMap((words) => Array.from(words.forced))),
  };
}
