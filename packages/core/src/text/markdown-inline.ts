/**
 * Code spans in a paragraph of Markdown, by CommonMark §6.1. Pure.
 *
 * @module
 */
import type { Span } from "./types.js";

const RUNS = /`+/g;
const SIGNS = /[`\\<]/g;
/** What a `<` may open that binds as tightly as code: an HTML tag, an autolink. */
const TAG =
  /<(?:\/[A-Za-z][A-Za-z0-9-]*\s*|[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?|[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>/y;

/**
 * Spans of inline code in `text`, backticks included: a run of backticks up to the next run of the
 * same length. A backslash before a backtick makes it text, but not in code. Linear.
 */
export function inlineCode(text: string): Span[] {
  const spans: Span[] = [];
  const closers = closersOf(text);
  let at = 0;
  for (;;) {
    SIGNS.lastIndex = at;
    const sign = SIGNS.exec(text);
    if (sign === null) return spans;
    const start = sign.index;
    if (sign[0] === "\\") at = start + 2;
    else if (sign[0] === "<") at = tagEnd(text, start);
    else {
      let open = start + 1;
      while (text[open] === "`") open++;
      const length = open - start;
      const close = closers(length, open);
      at = close === undefined ? open : close + length;
      if (close !== undefined) spans.push({ start, end: at });
    }
  }
}

/** Offset after the tag at `at`, or after its `<` when it is none. */
function tagEnd(text: string, at: number): number {
  TAG.lastIndex = at;
  return TAG.test(text) ? TAG.lastIndex : at + 1;
}

/** Gives the next run of a length at or after an offset; offsets may only grow. */
function closersOf(text: string): (length: number, from: number) => number | undefined {
  const runs = new Map<number, { starts: number[]; next: number }>();
  for (const { index, 0: run } of text.matchAll(RUNS)) {
    const same = runs.get(run.length);
    if (same) same.starts.push(index);
    else runs.set(run.length, { starts: [index], next: 0 });
  }
  return (length, from) => {
    const same = runs.get(length);
    if (same === undefined) return undefined;
    while (same.starts[same.next] < from) same.next++;
    return same.starts[same.next];
  };
}
