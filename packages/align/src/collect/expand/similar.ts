/**
 * How alike two instructions are: ROUGE-L's F1 over words, Lin (2004). Pure.
 *
 * Words are those of Unicode's segmentation, in lower case, so that scripts without spaces count; the ROUGE of
 * `@llmlingua/eval` repeats Google's, which reads a–z alone.
 *
 * @module
 */
import { longestCommonSubsequence } from "@llmlingua/eval/cli-kit";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "word" });

/** Words of a text in order, without punctuation. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of SEGMENTER.segment(text.toLowerCase())) {
    if (isWordLike) words.push(segment);
  }
  return words;
}

/** 0 (no word in common) … 1 (the same words in the same order). */
export function likeness(first: readonly string[], second: readonly string[]): number {
  if (first.length === 0 || second.length === 0) return 0;
  return (2 * longestCommonSubsequence(first, second)) / (first.length + second.length);
}

/** Whether `words` is as like one of `pool` as `most` or more. */
export function isAlike(
  words: readonly string[],
  pool: Iterable<readonly string[]>,
  most: number,
): boolean {
  for (const other of pool) {
    // The shorter one bounds what can be in common.
    const bound = (2 * Math.min(words.length, other.length)) / (words.length + other.length);
    if (bound >= most && likeness(words, other) >= most) return true;
  }
  return false;
}
