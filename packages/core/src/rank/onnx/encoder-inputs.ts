/**
 * From texts to what an encoder reads: tokens, special tokens, and a rule for what is too long. Pure.
 *
 * A text keeps its first tokens. Of a pair only the document is cut; a query that leaves a document
 * less than a quarter of the room is an error, for its end would be lost unseen.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { EncoderRow, SpecialTokens } from "./special-tokens.js";

/** What turns texts into rows for the model. */
export interface EncoderInputs {
  single(text: string): EncoderRow;
  /**
   * Reads the query once, for many documents.
   *
   * @throws LlmlinguaError `ranker-failed` when the query is too long
   */
  pairsWith(query: string): (document: string) => EncoderRow;
}

/** Characters of a text read for each token wanted; more are read where they do not suffice. */
const CHARACTERS = 16;

/** Tokens at a cut that need not be those of the whole text. */
const UNSURE = 8;

/**
 * Makes {@link EncoderInputs}.
 *
 * @param encode - ids without special tokens
 * @param maxTokens - most tokens of a row, special tokens included
 */
export function createEncoderInputs(
  encode: (text: string) => readonly number[],
  specials: SpecialTokens,
  maxTokens: number,
): EncoderInputs {
  return {
    single: (text) =>
      specials.assemble(firstTokens(encode, text, Math.max(maxTokens - specials.single, 0))),
    pairsWith(query) {
      const room = maxTokens - specials.pair;
      const most = Math.floor((room * 3) / 4);
      const first = firstTokens(encode, query, most + 1);
      if (first.length > most) {
        throw new LlmlinguaError(
          "ranker-failed",
          `The query has more than ${most} tokens, three quarters of what the model reads of a query and a document (${maxTokens}). Shorten the query.`,
        );
      }
      return (document) =>
        specials.assemble(first, firstTokens(encode, document, room - first.length));
    },
  };
}

/** The first `most` tokens of `text`, read without the rest of a long text. */
export function firstTokens(
  encode: (text: string) => readonly number[],
  text: string,
  most: number,
): readonly number[] {
  for (let characters = most * CHARACTERS; ; characters = characters * 4 + 1) {
    const end = characters >= text.length ? text.length : wordEnd(text, characters);
    const ids = encode(text.slice(0, end));
    if (end === text.length || ids.length >= most + UNSURE) return ids.slice(0, most);
  }
}

/** The last white space up to `end`, or `end` itself, but never inside a character. */
function wordEnd(text: string, end: number): number {
  for (let at = end; at > end >> 1; at--) if (/\s/.test(text[at])) return at;
  const splits = (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return splits ? end - 1 : end;
}
