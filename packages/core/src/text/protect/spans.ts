/**
 * Small steps that every kind of protected text is found with. Pure, linear in the text.
 *
 * @module
 */
import { isCharacterEdge } from "../segments.js";
import type { Span } from "../types.js";

/** Sorts spans and joins those that touch or overlap; empty ones are left out. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start >= end) continue;
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** What never starts a character of its own inside a line: such a run is skipped in one step. */
const MARKS = /[\p{M}\u200d]{1,4096}/uy;
const MARK = /[\p{M}\u200d]/u;

/** Widens sorted, disjoint spans to whole characters as people see them; joins those that then touch. */
export function wholeCharacters(text: string, spans: readonly Span[]): Span[] {
  const whole: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    const floor = last?.end ?? 0;
    if (span.end <= floor) continue;
    const start = characterStart(text, Math.max(span.start, floor), floor);
    const end = characterEnd(text, span.end);
    if (last && start <= last.end) last.end = end;
    else whole.push({ start, end });
  }
  return whole;
}

function characterStart(text: string, at: number, floor: number): number {
  let start = at;
  while (start > floor && !isCharacterEdge(text, start)) {
    do start--;
    while (start > floor && MARK.test(text[start]));
  }
  return start;
}

function characterEnd(text: string, at: number): number {
  let end = at;
  while (!isCharacterEdge(text, end)) {
    MARKS.lastIndex = end;
    end += MARKS.exec(text)?.[0].length ?? 1;
  }
  return end;
}

/** Where each match of a global pattern lies; patterns here are bounded, so that this is linear. */
export function matchesOf(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: match }) => ({
    start: index,
    end: index + match.length,
  }));
}

/** `end` moved back over what stands in `characters` (a pattern such as `[.,]+$` would be quadratic). */
export function trimmedEnd(text: string, { start, end }: Span, characters: string): number {
  let last = end;
  while (last > start && characters.includes(text[last - 1])) last--;
  return last;
}

/**
 * Runs of letters, marks, digits and underscores in scripts that put spaces between words. Bounded,
 * because the engine's stack is; a longer run comes in pieces that touch.
 */
const RUN =
  /[^\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\uff70]{1,2048}/gu;

/** Whether two neighbouring runs belong together, given what stands between them (at most two units). */
export type Joins = (gap: string, left: Span, right: Span) => boolean;

/** Word runs, joined where `joins` says so. */
export function* chainsOf(text: string, joins: Joins): Generator<Span> {
  let chain: { start: number; end: number } | undefined;
  let left: Span | undefined;
  for (const { index, 0: match } of text.matchAll(RUN)) {
    const right = { start: index, end: index + match.length };
    const isJoined = left && isNear(text, left, right, joins);
    if (chain && isJoined) chain.end = right.end;
    else {
      if (chain) yield chain;
      chain = { ...right };
    }
    left = right;
  }
  if (chain) yield chain;
}

function isNear(text: string, left: Span, right: Span, joins: Joins): boolean {
  if (right.start === left.end) return true;
  return right.start - left.end <= 2 && joins(text.slice(left.end, right.start), left, right);
}
