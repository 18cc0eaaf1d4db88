/**
 * What recurs across contexts: labels, line starts, closing formulas with their slot. Pure.
 *
 * Recurring text is predictable, so a perplexity criterion drops it first, and yet it is what
 * tells the large model how to answer. Found here, it is charged to the budget before anything else.
 *
 * @module
 */
import { boundariesOf } from "./boundaries.js";
import type { PromptPart, Span } from "./types.js";

/** How important a recurring span is: the closing line of a context before all other structure. */
export type StructureKind = "recurring" | "closing";

export interface StructureSpan extends Span {
  readonly kind: StructureKind;
}

/** Longest line start compared, in words. */
const MOST_WORDS = 8;
/** A recurring start of this many words counts without a label mark at its end. */
const CLEAR_WORDS = 3;
/** A rest of at most this many words is the slot of a formula ("The answer is 42"). */
const SLOT_WORDS = 4;
const LABEL_END = /[:：>=|\])】»—-]$/u;

/** Words of a line looked at; with more, the rest of a line is no slot. */
const WORDS_SEEN = MOST_WORDS + SLOT_WORDS + 1;

interface Line extends Span {
  /** The first {@link WORDS_SEEN} words. */
  readonly words: readonly Span[];
}

/**
 * Finds recurring line starts (in at least half of the contexts, and in two) and gives their spans
 * in the text; a short rest of such a line is part of it. Empty for fewer than two contexts.
 *
 * @param options - `conclusions`: the last sentence of a context counts as a line of its own, for there
 * worked examples say "So the answer is …"; default false
 */
export function recurringStructure(
  text: string,
  parts: readonly PromptPart[],
  { conclusions = false }: { readonly conclusions?: boolean } = {},
): StructureSpan[] {
  const contexts = parts.filter((part) => part.kind === "context");
  if (contexts.length < 2) return [];
  const lines = contexts.map((context) => linesOf(text, context, conclusions));
  const lengths = recurringLengths(text, lines, Math.max(2, Math.ceil(contexts.length / 2)));
  return lines.flatMap((own) => structureOf(text, own, lengths));
}

function structureOf(
  text: string,
  lines: readonly Line[],
  lengths: ReadonlyMap<Line, number>,
): StructureSpan[] {
  const spans: StructureSpan[] = [];
  for (const [i, line] of lines.entries()) {
    const length = readableWords(text, line, lengths.get(line) ?? 0);
    if (length === 0) continue;
    const whole = line.words.length - length <= SLOT_WORDS;
    const isSlot = whole && (length >= CLEAR_WORDS || length === line.words.length);
    const end = isSlot ? line.end : line.words[length - 1].end;
    const kind = isSlot && i === lines.length - 1 ? "closing" : "recurring";
    spans.push({ start: line.words[0].start, end, kind });
  }
  return spans;
}

/** Words of the longest of the first `most` starts of `line` that reads like a label or a formula. */
function readableWords(text: string, line: Line, most: number): number {
  for (let n = most; n > 0; n--) {
    const last = line.words[n - 1];
    const isLabel = LABEL_END.test(text.slice(last.start, last.end));
    if (n === line.words.length || n >= CLEAR_WORDS || isLabel) return n;
  }
  return 0;
}

/** For every line whose start occurs in at least `needed` contexts: its longest such start, in words. */
function recurringLengths(
  text: string,
  contexts: readonly (readonly Line[])[],
  needed: number,
): Map<Line, number> {
  const lengths = new Map<Line, number>();
  let candidates = contexts;
  for (let n = 1; n <= MOST_WORDS; n++) {
    const counts = new Map<string, number>();
    const long = candidates.map((lines) => lines.filter(({ words }) => words.length >= n));
    for (const lines of long) {
      const own = new Set(lines.map((line) => startKey(text, line, n)));
      for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const recurs = (line: Line) => (counts.get(startKey(text, line, n)) ?? 0) >= needed;
    candidates = long.map((lines) => lines.filter(recurs));
    for (const line of candidates.flat()) lengths.set(line, n);
  }
  return lengths;
}

function startKey(text: string, line: Line, words: number): string {
  return line.words
    .slice(0, words)
    .map(({ start, end }) => text.slice(start, end))
    .join(" ");
}

function linesOf(text: string, span: Span, conclusions: boolean): Line[] {
  const lines: Line[] = [];
  for (const match of text.slice(span.start, span.end).matchAll(/[^\r\n]+/g)) {
    const start = span.start + match.index;
    const words = wordsOf(text, start, start + match[0].length);
    if (words.length > 0) lines.push({ start, end: start + match[0].trimEnd().length, words });
  }
  const last = conclusions ? lines.pop() : undefined;
  return last === undefined ? lines : [...lines, ...conclusionApart(text, last)];
}

/** A line with its last sentence as a line of its own. */
function conclusionApart(text: string, line: Line): Line[] {
  let at = line.start;
  for (const end of boundariesOf(text.slice(line.start, line.end), "sentence")) {
    at = Math.max(at, line.start + end);
  }
  const words = wordsOf(text, at, line.end);
  if (at === line.start || words.length < CLEAR_WORDS) return [line];
  const end =
    at - (text.slice(line.start, at).length - text.slice(line.start, at).trimEnd().length);
  return [
    { start: line.start, end, words: line.words.filter((word) => word.end <= end) },
    { start: words[0].start, end: line.end, words },
  ];
}

/** The first {@link WORDS_SEEN} words of a stretch. */
function wordsOf(text: string, from: number, to: number): Span[] {
  const words: Span[] = [];
  for (const word of text.slice(from, to).matchAll(/\S+/g)) {
    if (words.length === WORDS_SEEN) break;
    words.push({ start: from + word.index, end: from + word.index + word[0].length });
  }
  return words;
}
