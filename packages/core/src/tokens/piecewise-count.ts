/**
 * Counting a long text piece by piece, to the token.
 *
 * At a safe cut (see pieces.ts) the pieces count as much as the whole. A run without one is read
 * through a window that moves on from token to token: merging is local, so the tokens well before
 * the window's end are those of the whole run, and byte-pair encoding gives what follows the end of
 * a token the same tokens alone as in the run. Pure.
 *
 * @module
 */
import { COUNT_PIECES, characterEdge, safeCut } from "./pieces.js";

/** A byte-pair encoding, as ids. */
export interface Encoding {
  encode(text: string): readonly number[];
  decode(ids: readonly number[]): string;
  countTokens(text: string): number;
}

/** UTF-16 units at a window's end whose tokens may be others in the whole run. */
const MARGIN = 128;

/** No cut is nearer to the window's end, in UTF-16 units. */
const LEAST_MARGIN = 32;

/** Tokens tried in search of one that ends with a character. */
const TRIES = 24;

/**
 * A character of several tokens. gpt-tokenizer keeps half a character at the end for its next call,
 * of whoever; bytes behind it make it come out as U+FFFD.
 */
const RARE = "\u{F0000}";

/** Tokens of `text`; its time is linear however long its words are. */
export function countByPieces(text: string, encoding: Encoding): number {
  const { target, longest } = COUNT_PIECES;
  let sum = 0;
  let start = 0;
  while (text.length - start > target) {
    const end = safeCut(text, start, COUNT_PIECES);
    const limit = start + longest;
    if (end === undefined && limit < text.length) {
      const sure = sureTokens(text.slice(start, characterEdge(text, limit)), encoding);
      sum += sure.tokens;
      start += sure.length;
    } else {
      sum += encoding.countTokens(text.slice(start, end));
      start = end ?? text.length;
    }
  }
  return sum + encoding.countTokens(text.slice(start));
}

/** Tokens of a window that the text behind it cannot change, and the units they cover. */
function sureTokens(window: string, { encode, decode }: Encoding) {
  const ids = encode(window);
  const rare = encode(RARE);
  let tokens = Math.floor(ids.length * (1 - MARGIN / window.length));
  for (const last = Math.max(0, tokens - TRIES); tokens > last; tokens--) {
    const text = decode([...ids.slice(0, tokens), ...rare]).slice(0, -RARE.length);
    const isSure = text.length > 0 && text.length <= window.length - LEAST_MARGIN;
    if (isSure && window.startsWith(text)) return { tokens, length: text.length };
  }
  // Lone surrogates, or characters of hundreds of tokens: a token or so may differ.
  return { tokens: ids.length, length: window.length };
}
