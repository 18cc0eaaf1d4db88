/**
 * The words of a text as a search engine sees them: cut by the platform's Unicode rules, case and
 * compatibility forms folded. Pure.
 *
 * @module
 */
import { segmentsOf } from "../text/segments.js";

/** Splits one text into words; equal words are equal strings. */
export type WordSplitter = (text: string) => string[];

/**
 * Words by the platform's rules, which know scripts without spaces (Chinese, Japanese, Thai),
 * NFKC-normalised and case-folded; punctuation and white space are no words.
 */
export function foldedWords(text: string): string[] {
  const words: string[] = [];
  for (const { text: word, isWord } of segmentsOf(text.normalize("NFKC"), "word")) {
    if (isWord) words.push(fold(word));
  }
  return words;
}

/** Text between single spaces, case kept, empty strings too: what the Python reference counts. */
export function spaceSeparated(text: string): string[] {
  return text.split(" ");
}

/** Upper case first, so that ß equals SS; then NFKC again, for case changes can undo it. */
function fold(word: string): string {
  return word.toUpperCase().toLowerCase().normalize("NFKC");
}
