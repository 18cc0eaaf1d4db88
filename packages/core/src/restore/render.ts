/**
 * From a keep mask to text: slices of the original, nothing else.
 *
 * Pure. Every kept span has its offsets in the original; characters are never cut.
 *
 * @module
 */
import { isCharacterEdge } from "../text/segments.js";
import type { Span } from "../text/types.js";

/** Spans of the kept tokens, sorted, merged where they touch, without empty ones. */
export function spansOf(offsets: Uint32Array, kept: Uint8Array): Span[] {
  const spans: { start: number; end: number }[] = [];
  for (let t = 0; t < kept.length; t++) {
    if (kept[t] === 0 || offsets[t] === offsets[t + 1]) continue;
    const last = spans.at(-1);
    if (last && last.end === offsets[t]) last.end = offsets[t + 1];
    else spans.push({ start: offsets[t], end: offsets[t + 1] });
  }
  return spans;
}

/**
 * Keeps neighbours from growing together: where a dropped stretch held whitespace and neither side
 * brings its own, the strongest piece of that whitespace stays (a line break before a space);
 * a space that separated words is dropped at the start of a line or of the text, except at `verbatimStarts`.
 */
export function withGlue(
  text: string,
  spans: readonly Span[],
  verbatimStarts: ReadonlySet<number> = new Set(),
): Span[] {
  const glued: Span[] = [];
  let left: Span | undefined;
  for (const span of spans) {
    if (left) glued.push(...glueBetween(text, left, span));
    const before = glued.at(-1);
    const isMoved = (before?.end ?? 0) < span.start;
    const atLineStart = before === undefined || text[before.end - 1] === "\n";
    const mayTrim = isMoved && atLineStart && !verbatimStarts.has(span.start);
    const trimmed = mayTrim ? trimSpace(text, span) : span;
    if (trimmed.start < trimmed.end) glued.push(trimmed);
    left = span;
  }
  return mergeTouching(glued);
}

function glueBetween(text: string, left: Span, right: Span): Span[] {
  const from = left.end;
  const to = right.start;
  const edges = text[from - 1] + text[to];
  if (edges.includes("\n")) return [];
  let best: Span | undefined;
  for (const match of text.slice(from, to).matchAll(/\s+/g)) {
    const isBreak = match[0].includes("\n");
    if (best && !(isBreak && !text.slice(best.start, best.end).includes("\n"))) continue;
    const start = from + match.index + Math.max(0, match[0].search(/\r?\n/));
    let end = isBreak ? from + match.index + match[0].length : start + 1;
    if (!isCharacterEdge(text, end)) end--;
    if (start < end && isCharacterEdge(text, start)) best = { start, end };
  }
  if (best === undefined) return [];
  return /\s/.test(edges) && !text.slice(best.start, best.end).includes("\n") ? [] : [best];
}

function trimSpace(text: string, span: Span): Span {
  const isSpace = text[span.start] === " " && isCharacterEdge(text, span.start + 1);
  return isSpace ? { start: span.start + 1, end: span.end } : span;
}

function mergeTouching(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans) {
    const last = merged.at(-1);
    if (last && last.end === start) last.end = end;
    else merged.push({ start, end });
  }
  return merged;
}

/** The text that `spans` of `text` make. */
export function sliceSpans(text: string, spans: readonly Span[]): string {
  let out = "";
  for (const { start, end } of spans) out += text.slice(start, end);
  return out;
}
