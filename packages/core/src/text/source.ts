/**
 * From the text that is read back to what the caller gave. Pure.
 *
 * The compressed prompt is made of slices of the source, so an escape that was read as one character
 * comes out as the escape, and a tag that was never read stays out.
 *
 * @module
 */
import { mergeSpans } from "./protect.js";
import type { Source, SourcePiece, Span } from "./types.js";

/** Where a stretch of the text that was given is read; of a piece of unequal lengths, all of it. */
export function fromSource({ pieces }: Source, { start, end }: Span): Span[] {
  const found: Span[] = [];
  for (const { read, source } of pieces) {
    if (source.start >= end || source.end <= start) continue;
    const isEven = read.end - read.start === source.end - source.start;
    const shift = read.start - source.start;
    found.push(
      isEven
        ? { start: Math.max(start, source.start) + shift, end: Math.min(end, source.end) + shift }
        : read,
    );
  }
  return found;
}

/**
 * Where `spans` (disjoint, of the text that is read) lie in `source.text`, in the order given;
 * consecutive ones that touch there are one. Of a piece of unequal length all is given when its start
 * is covered and nothing otherwise. Logarithmic in the pieces per span, linear in what is given.
 */
export function toSource(source: Source, spans: readonly Span[]): Span[] {
  const { pieces } = source;
  const found: { start: number; end: number }[] = [];
  for (const span of spans) {
    for (let p = pieceAt(pieces, span.start); p < pieces.length; p++) {
      if (pieces[p].read.start >= span.end) break;
      const { start, end } = sourceOf(pieces[p], span);
      if (start >= end) continue;
      const last = found.at(-1);
      if (last && last.end === start) last.end = end;
      else found.push({ start, end });
    }
  }
  return found;
}

/** Index of the last piece that starts at or before `at`. */
function pieceAt(pieces: readonly SourcePiece[], at: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pieces[middle].read.start <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function sourceOf({ read, source }: SourcePiece, span: Span): Span {
  if (read.end - read.start !== source.end - source.start) {
    return span.start <= read.start ? source : { start: source.start, end: source.start };
  }
  const shift = source.start - read.start;
  return {
    start: Math.max(read.start, span.start) + shift,
    end: Math.min(read.end, span.end) + shift,
  };
}

/** Collects a text to read and where each stretch of it comes from. */
export interface SourceBuilder {
  /** Length of the text so far. */
  readonly length: number;
  /** Reads on with `start` … `end` of the source, character by character. */
  copy(start: number, end: number): void;
  /**
   * Reads on with `readText` where the source has `start` … `end`: both whole or not at all, unless
   * both are equally long; then they go together character by character.
   */
  replace(start: number, end: number, readText: string): void;
  /** Leaves `start` … `end` of the source unread; `counted` (default true): it is part of its size. */
  skip(start: number, end: number, options?: { readonly counted?: boolean }): void;
  /** What was collected; neighbouring pieces that go character by character are one. */
  build(): ReadText;
}

/** A text to read with the pieces of the source it is made of. */
export interface ReadText {
  readonly text: string;
  readonly pieces: readonly SourcePiece[];
  /** Sorted, disjoint. */
  readonly uncounted: readonly Span[];
}

/** A builder over `sourceText`; stretches may be given in any order, the text reads as they come. */
export function sourceBuilder(sourceText: string): SourceBuilder {
  const texts: string[] = [];
  const pieces: { read: Span; source: Span }[] = [];
  const uncounted: Span[] = [];
  let length = 0;
  const add = (start: number, end: number, text: string) => {
    if (text === "") return;
    const isEqual = text.length === end - start;
    const last = pieces.at(-1);
    texts.push(text);
    length += text.length;
    if (isEqual && last && last.source.end === start && isPlain(last)) {
      last.read = { start: last.read.start, end: length };
      last.source = { start: last.source.start, end };
    } else {
      pieces.push({ read: { start: length - text.length, end: length }, source: { start, end } });
    }
  };
  return {
    get length() {
      return length;
    },
    copy: (start, end) => add(start, end, sourceText.slice(start, end)),
    replace: add,
    skip: (start, end, { counted = true } = {}) => {
      if (!counted && start < end) uncounted.push({ start, end });
    },
    build: () => ({ text: texts.join(""), pieces: [...pieces], uncounted: mergeSpans(uncounted) }),
  };
}

function isPlain({ read, source }: SourcePiece): boolean {
  return read.end - read.start === source.end - source.start;
}

/** Line and column (both from 1) of an offset, for messages: `line 3, column 14`. */
export function placeOf(text: string, at: number): string {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return `line ${line}, column ${at - start + 1}`;
}
