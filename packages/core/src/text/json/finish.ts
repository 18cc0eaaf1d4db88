/**
 * The commas of what is left of a JSON text. Pure.
 *
 * @module
 */
import { mergeSpans } from "../protect.js";
import type { Span } from "../types.js";

/** A pair or array item in the text that is read. */
export interface JsonItem {
  /** The object or array that holds it. */
  readonly container: number;
  /** Where the space and comma before it start; `start` for the first. */
  readonly leadStart: number;
  /** Where the pair or item itself starts. */
  readonly start: number;
  /** Where it ends when it may be dropped; absent for what is always there. */
  readonly end?: number;
}

/**
 * Takes away what is left of items that are not kept in full, and the comma before the first item
 * that is left of every object or array (which may be gone already: to finish twice is to finish
 * once). `items` in the order of the text; linear.
 */
export function finishItems(items: readonly JsonItem[], kept: readonly Span[]): Span[] {
  const spans = mergeSpans(kept);
  const started = new Set<number>();
  const removed: Span[] = [];
  let s = 0;
  for (const { container, leadStart, start, end } of items) {
    if (end !== undefined) {
      while (s < spans.length && spans[s].end < end) s++;
      const from = started.has(container) ? leadStart : start;
      if (s === spans.length || spans[s].start > from) {
        removed.push({ start: leadStart, end });
        continue;
      }
    }
    if (!started.has(container) && leadStart < start)
      removed.push({ start: leadStart, end: start });
    started.add(container);
  }
  return without(spans, removed);
}

/** What of `spans` lies outside `removed`; both sorted and disjoint. */
function without(spans: readonly Span[], removed: readonly Span[]): Span[] {
  const left: Span[] = [];
  let r = 0;
  for (const span of spans) {
    let { start } = span;
    while (r < removed.length && removed[r].end <= start) r++;
    for (let i = r; i < removed.length && removed[i].start < span.end; i++) {
      if (removed[i].start > start) left.push({ start, end: removed[i].start });
      start = Math.max(start, removed[i].end);
    }
    if (start < span.end) left.push({ start, end: span.end });
  }
  return left;
}
