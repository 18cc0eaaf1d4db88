/**
 * Class "closing-instruction": what the prompt asks for at its very end. Pure.
 *
 * @module
 */
import { boundariesOf } from "../boundaries.js";
import { segmentsOf } from "../segments.js";
import type { Span } from "../types.js";

/** A last paragraph of at most this many words is kept whole; of a longer one, its last sentence. */
export const CLOSING_WORDS = 60;
/** UTF-16 units of the end that are looked at. */
const REACH = 4096;
/** A label that waits for the answer ("Answer:", "A:") does not stand alone. */
const LABEL_WORDS = 4;
const LABEL_END = /[:：]$/;
/** Labels in a row that are followed back. */
const MOST_LABELS = 3;

/**
 * The last paragraph of the text (what follows the last blank line) if it has at most
 * {@link CLOSING_WORDS} words, otherwise its last sentence, at most as many words of it. When that is
 * only a label, what stands before it too, by the same rule. Parts of a prompt are set apart by blank
 * lines, so the last paragraph lies in the last part. Constant time, whatever the length of the text.
 */
export function closingSpans(text: string): Span[] {
  const end = text.trimEnd().length;
  if (end === 0) return [];
  let span = closingBefore(text, end);
  for (let i = 0; i < MOST_LABELS && isLabel(text.slice(span.start, span.end)); i++) {
    const before = text.slice(Math.max(0, span.start - REACH), span.start).trimEnd().length;
    if (before === 0) break;
    span = closingBefore(text, Math.max(0, span.start - REACH) + before);
  }
  return [{ start: span.start, end }];
}

function closingBefore(text: string, end: number): Span {
  const reach = Math.max(0, end - REACH);
  const start = paragraphStart(text, reach, end);
  const words = wordsOf(text.slice(start, end), start);
  if (start > reach || reach === 0) {
    if (words.length <= CLOSING_WORDS) return { start, end };
  }
  let last = start;
  for (const at of boundariesOf(text.slice(start, end), "sentence"))
    last = Math.max(last, start + at);
  const tooEarly = words.at(-CLOSING_WORDS - 1);
  const from = tooEarly && tooEarly.end > last ? tooEarly.end : last;
  const lead = text.slice(from, end).search(/\S/);
  return { start: from + lead, end };
}

/** Where the paragraph that ends at `end` starts, not before `reach`; at a word, or where it is cut off. */
function paragraphStart(text: string, reach: number, end: number): number {
  let start = end;
  while (start > reach) {
    const lineStart = Math.max(reach, text.lastIndexOf("\n", start - 1) + 1);
    if (start < end && text.slice(lineStart, start).trim() === "") break;
    start = lineStart;
    if (start > reach) start--;
    if (start === reach) break;
  }
  return start + text.slice(start, end).search(/\S/);
}

function wordsOf(text: string, offset: number): Span[] {
  const words: Span[] = [];
  for (const { start, text: word, isWord } of segmentsOf(text, "word")) {
    if (isWord) words.push({ start: offset + start, end: offset + start + word.length });
  }
  return words;
}

function isLabel(text: string): boolean {
  return LABEL_END.test(text) && wordsOf(text, 0).length <= LABEL_WORDS;
}
