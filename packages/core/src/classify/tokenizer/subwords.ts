/**
 * What a model of word pieces makes of one word.
 *
 * @module
 */

/** A piece of a word: units `from` … `to` of it. */
export interface Subword {
  readonly id: number;
  /** The piece as it is named in the vocabulary; an unknown one may be named by its own text. */
  readonly token: string;
  readonly from: number;
  readonly to: number;
}

/** Cuts words into pieces. */
export interface SubwordModel {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  readonly unknownId: number;
  /** Whether the name of an id's token may be found in plain text; special tokens may not. */
  subwordsOf(word: string, plain: boolean): Subword[];
}
