/**
 * WordPiece: the longest known piece first, from left to right (Schuster & Nakajima, 2012). Pure.
 *
 * @module
 */
import type { Subword, SubwordModel } from "./subwords.js";

/** Settings of a WordPiece model, as in `tokenizer.json`. */
export interface WordPieceSettings {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  readonly unknown: string;
  /** In front of every piece but the first. */
  readonly prefix: string;
  /** A word of more characters is unknown. */
  readonly longestWord: number;
}

/** A WordPiece model; a word that cannot be spelled is one unknown piece. */
export function wordPieceModel(settings: WordPieceSettings): SubwordModel {
  const { tokens, unknown, prefix, longestWord } = settings;
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const longest = tokens.reduce((most, token) => Math.max(most, token.length), 0);
  const unknownId = ids.get(unknown) ?? 0;
  const longestPieceAt = (word: string, from: number): Subword | undefined => {
    for (let to = Math.min(word.length, from + longest); to > from; to--) {
      const token = (from > 0 ? prefix : "") + word.slice(from, to);
      const id = ids.get(token);
      if (id !== undefined) return { id, token, from, to };
    }
    return undefined;
  };
  return {
    tokens,
    unknownId,
    subwordsOf(word) {
      const whole = [{ id: unknownId, token: unknown, from: 0, to: word.length }];
      if (hasMoreCharacters(word, longestWord)) return whole;
      const pieces: Subword[] = [];
      for (let from = 0; from < word.length; ) {
        const piece = longestPieceAt(word, from);
        if (piece === undefined) return whole;
        pieces.push(piece);
        from = piece.to;
      }
      return pieces;
    },
  };
}

function hasMoreCharacters(word: string, limit: number): boolean {
  if (word.length <= limit) return false;
  return word.length > 2 * limit || Array.from(word).length > limit;
}
