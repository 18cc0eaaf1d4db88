/**
 * Tokenizers of encoders: pieces with their place in the source.
 *
 * @module
 */
import type { AddedToken } from "./added-tokens.js";

/** A text as an encoder's tokenizer cuts it; arrays of length n, one entry a piece. */
export interface PieceText {
  readonly text: string;
  /** Vocabulary ids. */
  readonly ids: Uint32Array;
  /**
   * UTF-16 offsets of the source a piece comes from. Ascending; a piece that stands for no
   * character (the mark of a word's begin) is empty, and two pieces of one character (ﬁ, …) both
   * have all of it. What normalisation removes (white space, controls) lies between pieces.
   */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** Names of the pieces; an unknown one may be named by its normalised text. */
  readonly tokens: readonly string[];
}

/** How to read a text. */
export interface EncodeOptions {
  /** Whether text that spells a special token (`[CLS]`, `<s>`) becomes it, as in Python; default false. */
  readonly special?: boolean;
}

/** Ids of the tokens an encoder needs around and between texts. */
export interface EncoderTokens {
  readonly start: number;
  readonly end: number;
  readonly unknown: number;
  readonly padding: number;
}

/** The tokenizer of an encoder (BERT's WordPiece, XLM-RoBERTa's Unigram). */
export interface PieceTokenizer {
  readonly name: string;
  /** How pieces show where words begin. */
  readonly family: "bert" | "xlm-roberta";
  /** Ids are below this. */
  readonly size: number;
  readonly encoderTokens: EncoderTokens;
  /** Special tokens that stand for no text, by name. */
  readonly specialTokens: ReadonlySet<string>;
  encode(text: string, options?: EncodeOptions): PieceText;
  /** {@link encode} in steps that take a few milliseconds each. */
  encodeSteps(text: string, options?: EncodeOptions): Generator<void, PieceText>;
  /** The id of a token's name. */
  idOf(token: string): number | undefined;
  /** Tokens to text as the Python library joins them; not the text they came from. */
  join(tokens: readonly string[]): string;
  /** The same tokenizer that also finds `tokens` in a text read with `special`. */
  withTokens(tokens: readonly AddedToken[]): PieceTokenizer;
}
