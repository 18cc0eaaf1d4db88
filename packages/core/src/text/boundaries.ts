/**
 * Where a text may be cut, by the platform's Unicode rules. Pure.
 *
 * @module
 */
import { isCharacterEdge, type Segment, segmentsOf } from "./segments.js";

/** Levels at which text is cut, finest first. */
export type Level = "grapheme" | "word" | "line" | "sentence";

/** Punctuation that ties words together when no space stands on either side: 10-minute, 3*4=12. */
const TIES = /^[-'’_/\\.:@&+=*%$€£~^?#<>|]+$/u;
/** A longer run of it is a rule (`-----`) and ties nothing. */
const MOST_TIES = 8;
/** Signs that belong to the number or name right after them. */
const PREFIXES = /^[$€£¥#@+\-~]$/u;
/** Signs that belong to the number right before them. */
const SUFFIXES = /^[%°]$/u;

/**
 * UTF-16 offsets inside `text` where a piece of that level ends and the next begins; one at a time,
 * so that the caller may pause. Not always ascending, and some come twice.
 */
export function boundariesOf(text: string, level: Level): Iterable<number> {
  switch (level) {
    case "grapheme":
      return segmentEnds(text, "grapheme");
    case "word":
      return betweenCharacters(text, wordEnds(text));
    case "line":
      return lineEnds(text);
    case "sentence":
      return betweenCharacters(text, sentenceEnds(text));
    default:
      return level satisfies never;
  }
}

/** Words and sentences may end inside a character: between a space and a mark on it, say. */
function* betweenCharacters(text: string, ends: Iterable<number>): Generator<number> {
  for (const at of ends) if (isCharacterEdge(text, at)) yield at;
}

function* segmentEnds(text: string, level: "grapheme" | "sentence"): Generator<number> {
  for (const { start } of segmentsOf(text, level)) if (start > 0) yield start;
}

function* lineEnds(text: string): Generator<number> {
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (at + 1 < text.length) yield at + 1;
  }
}

/** Unicode sentences; a line break ends one too. Trailing space belongs to the sentence before it. */
function* sentenceEnds(text: string): Generator<number> {
  yield* segmentEnds(text, "sentence");
  yield* lineEnds(text);
}

/** Unicode words; what tying punctuation joins without a space (`10-minute`, `3*4=12`) is one word. */
function* wordEnds(text: string): Generator<number> {
  let last: WordPiece | undefined;
  let tied = false;
  for (const next of wordPieces(text)) {
    if (last) {
      tied = next.leads
        ? isSpacedWord(last) || (tied && last.leads)
        : (last.leads && tied) || isSigned(last, next);
      if (!tied) yield next.start;
    }
    last = next;
  }
}

interface WordPiece extends Segment {
  /** It is in a run of tying punctuation that ends right at a word. */
  readonly leads: boolean;
}

function* wordPieces(text: string): Generator<WordPiece> {
  let run: Segment[] = [];
  let isRule = false;
  for (const segment of segmentsOf(text, "word")) {
    const isTie = TIES.test(segment.text);
    if (isTie) run.push(segment);
    if (run.length > MOST_TIES) isRule = true;
    if (isTie && !isRule) continue;
    const leads = !isRule && isSpacedWord(segment);
    for (const tie of run) yield { ...tie, leads };
    run = [];
    if (isTie) continue;
    yield { ...segment, leads: false };
    isRule = false;
  }
  for (const tie of run) yield { ...tie, leads: false };
}

/** A sign before a word or number (`$5`), or a percent sign after one. */
function isSigned(first: Segment, second: Segment): boolean {
  if (PREFIXES.test(first.text)) return isSpacedWord(second);
  return SUFFIXES.test(second.text) && isSpacedWord(first);
}

/** Words of scripts that put spaces between words; others are cut as the platform's dictionary says. */
function isSpacedWord({ text, isWord }: Segment): boolean {
  const code = text.codePointAt(0) ?? 0;
  return isWord && (code < 0x0e00 || (code >= 0x1e00 && code < 0x2e80));
}
