/**
 * Text that must survive verbatim: strings and patterns, as spans. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { Span } from "./types.js";

export type Protect = string | RegExp;

/**
 * Every occurrence of every string and every match of every pattern in `text`, sorted, merged.
 *
 * @throws LlmlinguaError `invalid-option` for anything that is neither a string nor a RegExp
 */
export function protectedSpans(text: string, protect: readonly (string | RegExp)[] = []): Span[] {
  return mergeSpans(protect.flatMap((wanted) => occurrences(text, wanted)));
}

function occurrences(text: string, wanted: string | RegExp): Span[] {
  if (wanted instanceof RegExp) return matches(text, wanted);
  if (typeof wanted !== "string") {
    throw new LlmlinguaError(
      "invalid-option",
      `protect holds ${String(wanted)} (${typeof wanted}); give strings or regular expressions.`,
    );
  }
  const spans: Span[] = [];
  if (wanted === "") return spans;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    spans.push({ start: at, end: at + wanted.length });
  }
  return spans;
}

function matches(text: string, pattern: RegExp): Span[] {
  const flags = `${pattern.flags.replace(/[gy]/g, "")}g`;
  return [...text.matchAll(new RegExp(pattern.source, flags))]
    .filter((match) => match[0] !== "")
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Sorts spans and joins those that touch or overlap. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
