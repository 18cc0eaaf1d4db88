/**
 * What recurs across contexts: labels, line starts, closing formulas with their slot. Pure.
 *
 * Recurring text is predictable, so a perplexity criterion drops it first, and yet it is what
 * tells the large model how to answer. Found here, it is charged to the budget before anything else.
 *
 * @module
 */
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

interface Line extends Span {
  readonly words: readonly Span[];
}

/**
 * Finds recurring line starts (in at least half of the contexts, and in two) and gives their spans
 * in the text; a short rest of such a line is part of it. Empty for fewer than two contexts.
 */
export function recurringStructure(text: string, parts: readonly PromptPart[]): StructureSpan[] {
  const contexts = parts.filter((part) => part.kind === "context");
  if (contexts.length < 2) return [];
  const lines = contexts.map((context) => linesOf(text, context));
  const counts = countStarts(text, lines);
  const needed = Math.max(2, Math.ceil(contexts.length / 2));
  return lines.flatMap((own) => structureOf(text, own, counts, needed));
}

function structureOf(
  text: string,
  lines: readonly Line[],
  counts: ReadonlyMap<string, number>,
  needed: number,
): StructureSpan[] {
  const spans: StructureSpan[] = [];
  for (const [i, line] of lines.entries()) {
    const length = recurringWords(text, line, counts, needed);
    if (length === 0) continue;
    const whole = line.words.length - length <= SLOT_WORDS && length > 0;
    const isSlot = whole && (length >= CLEAR_WORDS || length === line.words.length);
    const end = isSlot ? line.end : line.words[length - 1].end;
    const kind = isSlot && i === lines.length - 1 ? "closing" : "recurring";
    spans.push({ start: line.words[0].start, end, kind });
  }
  return spans;
}

/** Words of the longest start of `line` that recurs and reads like a label or a formula; else 0. */
function recurringWords(
  text: string,
  line: Line,
  counts: ReadonlyMap<string, number>,
  needed: number,
): number {
  const most = Math.min(MOST_WORDS, line.words.length);
  for (let n = most; n > 0; n--) {
    if ((counts.get(startKey(text, line, n)) ?? 0) < needed) continue;
    const last = line.words[n - 1];
    const isLabel = LABEL_END.test(text.slice(last.start, last.end));
    if (n === line.words.length || n >= CLEAR_WORDS || isLabel) return n;
  }
  return 0;
}

/** In how many contexts each line start occurs. */
function countStarts(text: string, contexts: readonly (readonly Line[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const lines of contexts) {
    const own = new Set<string>();
    for (const line of lines) {
      for (let n = 1; n <= Math.min(MOST_WORDS, line.words.length); n++) {
        own.add(startKey(text, line, n));
      }
    }
    for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function startKey(text: string, line: Line, words: number): string {
  return line.words
    .slice(0, words)
    .map(({ start, end }) => text.slice(start, end))
    .join(" ");
}

function linesOf(text: string, span: Span): Line[] {
  const lines: Line[] = [];
  for (const match of text.slice(span.start, span.end).matchAll(/[^\r\n]+/g)) {
    const start = span.start + match.index;
    const words = [...match[0].matchAll(/\S+/g)].map((word) => ({
      start: start + word.index,
      end: start + word.index + word[0].length,
    }));
    if (words.length > 0) lines.push({ start, end: words[words.length - 1].end, words });
  }
  return lines;
}
