/**
 * A prompt as one text and the parts it is made of.
 *
 * @module
 */

/** What a part is for; the budget controller (LLMLingua §4.1) gives each its own rate. */
export type PartKind = "instruction" | "context" | "question";

/** Half-open range of UTF-16 offsets into a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One part of a prompt. Parts are in order and do not overlap; what lies between is separator. */
export interface PromptPart extends Span {
  readonly kind: PartKind;
  /** Index among the parts of its kind, from 0. */
  readonly index: number;
}

/** The whole original text, and where its parts lie. */
export interface Prompt {
  readonly text: string;
  readonly parts: readonly PromptPart[];
}

/** What callers give: either one text (its blank-line blocks become contexts) or the parts. */
export interface PromptInput {
  /** Verbatim by default; see `instructionRate`. */
  readonly instruction?: string;
  /** Demonstrations or documents, in order. One string is split at blank lines. */
  readonly contexts?: string | readonly string[];
  /** Verbatim by default; see `questionRate`. */
  readonly question?: string;
}
