/**
 * A text as words with their places: what recovering compares. Pure.
 *
 * @module
 */
import { segmentsOf } from "../text/segments.js";

/** The words of a text by the platform's rules, punctuation marks included, white space left out. */
export interface Words {
  /** Number of each word in a shared vocabulary, −1 for one that is not in it; length n. */
  readonly ids: readonly number[];
  /** UTF-16 offsets, length n. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Letters, digits or ideographs rather than punctuation; length n. */
  readonly isWord: readonly boolean[];
}

/** What stands for a word that is nowhere else, and for a place where no run goes on. */
export const NO_WORD = -1;

/** Numbers of words; case and form are exact. */
export type Vocabulary = Map<string, number>;

/** Reads `text`; with `grows`, new words get new numbers. */
export function readWords(text: string, vocabulary: Vocabulary, grows: boolean): Words {
  const words = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
  const isWord: boolean[] = [];
  for (const segment of segmentsOf(text, "word")) {
    if (segment.text.trim() === "") continue;
    let id = vocabulary.get(segment.text);
    if (id === undefined && grows) {
      id = vocabulary.size;
      vocabulary.set(segment.text, id);
    }
    words.ids.push(id ?? NO_WORD);
    words.starts.push(segment.start);
    words.ends.push(segment.start + segment.text.length);
    isWord.push(segment.isWord);
  }
  return { ...words, isWord };
}

/** Index of the last of the ascending `values` that is at most `value`; −1: none. */
export function lastAtMost(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
