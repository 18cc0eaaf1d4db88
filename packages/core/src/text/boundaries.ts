/**
 * Where a text may be cut, by the platform's Unicode rules. Pure.
 *
 * Every function fills a flag array of length `text.length + 1` (UTF-16 offsets): 1 where a piece
 * of that level ends. The locale is fixed, so that results do not depend on the machine's.
 *
 * @module
 */
import type { Span } from "./types.js";

/** Levels at which text is cut, finest first. */
export type Level = "grapheme" | "word" | "line" | "sentence";

const LOCALE = "en";

/** Punctuation that ties words together when no space stands on either side: 10-minute, 3*4=12. */
const TIES = /^[-'’_/\\.:@&+=*%$€£~^?#<>|]+$/u;
/** Signs that belong to the number or name right after them. */
const PREFIXES = /^[$€£¥#@+\-~]$/u;
/** Signs that belong to the number right before them. */
const SUFFIXES = /^[%°]$/u;

/** Flags the ends of all pieces of `level` inside `span` (and its two ends) in `flags`. */
export function markBoundaries(text: string, span: Span, level: Level, flags: Uint8Array): void {
  flags[span.start] = 1;
  flags[span.end] = 1;
  const source = text.slice(span.start, span.end);
  for (const end of ENDS[level](source)) flags[span.start + end] = 1;
}

/** Flags of one level over a whole text. */
export function boundariesOf(text: string, level: Level): Uint8Array {
  const flags = new Uint8Array(text.length + 1);
  markBoundaries(text, { start: 0, end: text.length }, level, flags);
  return flags;
}

const ENDS: Record<Level, (text: string) => Iterable<number>> = {
  grapheme: graphemeEnds,
  word: wordEnds,
  line: lineEnds,
  sentence: sentenceEnds,
};

const graphemes = new Intl.Segmenter(LOCALE, { granularity: "grapheme" });
const words = new Intl.Segmenter(LOCALE, { granularity: "word" });
const sentences = new Intl.Segmenter(LOCALE, { granularity: "sentence" });

function* graphemeEnds(text: string): Generator<number> {
  for (const { index } of graphemes.segment(text)) yield index;
}

function* lineEnds(text: string): Generator<number> {
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) yield at + 1;
}

/** Unicode sentences; a line break ends one too. Trailing space belongs to the sentence before it. */
function* sentenceEnds(text: string): Generator<number> {
  for (const { index } of sentences.segment(text)) yield index;
  yield* lineEnds(text);
}

/** Unicode words; what tying punctuation joins without a space (`10-minute`, `3*4=12`) is one word. */
function* wordEnds(text: string): Generator<number> {
  const pieces = [...words.segment(text)];
  const leads = tieRunsLeadingToWords(pieces);
  let tied = false;
  for (let i = 0; i + 1 < pieces.length; i++) {
    tied = leads[i + 1]
      ? isLatinWord(pieces[i]) || (tied && leads[i] === 1)
      : (leads[i] === 1 && tied) || isSigned(pieces[i], pieces[i + 1]);
    if (!tied) yield pieces[i + 1].index;
  }
}

/** 1 where a run of tying punctuation starts or goes on that ends right at a word. */
function tieRunsLeadingToWords(pieces: readonly Intl.SegmentData[]): Uint8Array {
  const leads = new Uint8Array(pieces.length + 1);
  for (let i = pieces.length - 2; i >= 0; i--) {
    if (!TIES.test(pieces[i].segment)) continue;
    if (isLatinWord(pieces[i + 1]) || leads[i + 1]) leads[i] = 1;
  }
  return leads;
}

/** A sign before a word or number (`$5`), or a percent sign after one. */
function isSigned(first: Intl.SegmentData, second: Intl.SegmentData): boolean {
  if (PREFIXES.test(first.segment)) return isLatinWord(second);
  return SUFFIXES.test(second.segment) && isLatinWord(first);
}

/** Words of scripts that put spaces between words; others are cut as the platform's dictionary says. */
function isLatinWord(piece: Intl.SegmentData): boolean {
  const code = piece.segment.codePointAt(0) ?? 0;
  const spaced = code < 0x0e00 || (code >= 0x1e00 && code < 0x2e80);
  return piece.isWordLike === true && spaced;
}
