/**
 * Class "quotes": what stands between quotation marks, with the marks. Pure; one pass.
 *
 * @module
 */
import type { Span } from "../types.js";

/** Closing marks of each opening one. `„` is closed both ways: German and Polish. */
const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "‘": "’",
  "‚": "‘’",
  "“": "”",
  "„": "“”",
  "”": "”",
  "«": "»",
  "»": "«",
  "‹": "›",
  "›": "‹",
  "「": "」",
  "『": "』",
  "《": "》",
  "〈": "〉",
  "〝": "〟〞",
};
/** Marks that also end a quotation, or stand for something else: they open only right before a word. */
const AMBIGUOUS = "\"'‘”»›";
/** Marks that are apostrophes inside and behind words: they close only right before no word. */
const APOSTROPHES = "\"'’";
const MARK = /["'‘’‚“”„«»‹›「」『』《》〈〉〝〞〟]|\n[^\S\n]*\n/g;
const WORD = /[\p{L}\p{N}]/u;
/** 'tis, 'em, '90s: an apostrophe in front. */
const ELISION = /^['‘](?:tis|twas|em|til|cause|bout|n|\d0s)\b/i;

/** Longest quotation in UTF-16 units, marks included; a longer one is left alone. */
export const LONGEST_QUOTE = 400;

/**
 * Quotations in straight and curly marks, guillemets, and the marks of Chinese and Japanese, inside one
 * paragraph and no longer than {@link LONGEST_QUOTE}. Apostrophes are none.
 */
export function quoteSpans(text: string): Span[] {
  const spans: Span[] = [];
  let open: number[] = [];
  for (const { index: at, 0: mark } of text.matchAll(MARK)) {
    const closed = findOpen(text, open, at);
    if (mark.length > 1) open = [];
    else if (closed >= 0) {
      if (at - open[closed] < LONGEST_QUOTE) spans.push({ start: open[closed], end: at + 1 });
      open.length = closed;
    } else if (mayOpen(text, at)) {
      if (open.length === DEEPEST) open.shift();
      open.push(at);
    }
  }
  return spans;
}

/** Quotations inside quotations that are followed. */
const DEEPEST = 4;

/** Which open mark, innermost first, the mark at `at` closes; −1: none. */
function findOpen(text: string, open: readonly number[], at: number): number {
  if (!mayClose(text, at)) return -1;
  for (let i = open.length - 1; i >= 0; i--) {
    if (CLOSERS[text[open[i]]].includes(text[at])) return i;
  }
  return -1;
}

function mayClose(text: string, at: number): boolean {
  if (!APOSTROPHES.includes(text[at])) return true;
  return !/\s/.test(text[at - 1] ?? " ") && !WORD.test(text[at + 1] ?? "");
}

function mayOpen(text: string, at: number): boolean {
  const mark = text[at];
  if (!(mark in CLOSERS)) return false;
  if (!AMBIGUOUS.includes(mark)) return true;
  if (WORD.test(text[at - 1] ?? "") || /\s/.test(text[at + 1] ?? " ")) return false;
  return !ELISION.test(text.slice(at, at + 8));
}
