/**
 * The words of a text as a search engine sees them: cut by the platform's Unicode rules, case and
 * compatibility forms folded. Pure.
 *
 * @module
 */

/** Splits one text into words; equal words are equal strings. */
export type WordSplitter = (text: string) => string[];

/**
 * Words by `Intl.Segmenter`, which knows scripts without spaces (Chinese, Japanese, Thai),
 * NFKC-normalised and case-folded; punctuation and white space are no words.
 */
export function foldedWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of wordSegmenter().segment(text.normalize("NFKC"))) {
    if (isWordLike) words.push(fold(segment));
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

let segmenter: Intl.Segmenter | undefined;

/** One for all texts, for making it costs more than using it; the locale decides nothing here. */
function wordSegmenter(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  return segmenter;
}
