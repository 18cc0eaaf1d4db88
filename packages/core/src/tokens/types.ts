/**
 * What a tokenizer gives: ids with their place in the source, and counts.
 *
 * @module
 */

/** A text and its tokens; token `i` covers `text.slice(offsets[i], offsets[i + 1])`. */
export interface TokenizedText {
  readonly text: string;
  /** Vocabulary ids, length n. */
  readonly ids: Uint32Array;
  /**
   * UTF-16 offset where each token starts, length n + 1; the first is 0, the last `text.length`.
   * A token that ends inside a character ends, here, before that character, so a character
   * spread over several tokens belongs to the last of them and the others are empty.
   */
  readonly offsets: Uint32Array;
}

/** The scorer's own tokenizer: exact offsets, no special tokens added. */
export interface Tokenizer {
  readonly name: string;
  /** Every character of `text` is covered; `decode(encode(text).ids)` equals well-formed `text`. */
  encode(text: string): TokenizedText;
  decode(ids: ArrayLike<number>): string;
}

/** Counts tokens as the target model's tokenizer would; special-token text counts as plain text. */
export interface TokenCounter {
  /** Name shown beside every count, e.g. `cl100k_base`. */
  readonly name: string;
  count(text: string): number;
}
