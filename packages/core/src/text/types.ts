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
  /**
   * A rate of its own, (0, 1]; 1 = verbatim. Such a part is never dropped whole, and what it
   * costs is set aside before the others share the rest. Absent: the rate of the call.
   */
  readonly rate?: number;
  /** Parts of the same number are of one text of a conversation, and ranked together for a question. */
  readonly turn?: number;
  /** Kept or dropped as one piece; default false. */
  readonly whole?: boolean;
}

/** What a prompt can be made from, beside plain text and parts. */
export type PromptForm = "tagged" | "json" | "messages";

/** The text that is read and compressed, where its parts lie, and what it was made from. */
export interface Prompt {
  readonly text: string;
  readonly parts: readonly PromptPart[];
  /** Text that must survive verbatim wherever it lies (the skeleton of a JSON, say); sorted, disjoint. */
  readonly verbatim?: readonly Span[];
  /** Absent when `text` is what the caller gave, character by character. */
  readonly source?: Source;
  /** What kind of thing it was made from, which defaults of a compression go by; absent: plain text. */
  readonly form?: PromptForm;
  /**
   * Last word on what is kept (sorted, disjoint spans of `text`): may only take away, so that what
   * is left holds together (a comma whose neighbour is gone), and nothing that the caller protects. Pure.
   */
  readonly finish?: (kept: readonly Span[], spared?: readonly Span[]) => readonly Span[];
}

/** What the caller gave, when what is read differs from it: tags cut out, escapes decoded, an order changed. */
export interface Source {
  /** What was given; the compressed prompt is made of slices of it. */
  readonly text: string;
  /** Cover the text that is read, in its order. */
  readonly pieces: readonly SourcePiece[];
  /** Markup in `text` that is no part of the prompt and does not count as its size (tags); sorted, disjoint. */
  readonly uncounted?: readonly Span[];
}

/**
 * A stretch of the text that is read and where it comes from. Of equal length: character by
 * character. Of different lengths (an escape and what it stands for): both whole or not at all.
 */
export interface SourcePiece {
  readonly read: Span;
  readonly source: Span;
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
