/**
 * From what the reference kept back to the prompt it came from. Pure.
 *
 * @module
 */
import type { Prompt, PromptPart, Span } from "../text/types.js";
import { SEPARATOR } from "./prefix.js";
import type { ReferenceResult } from "./types.js";

/** A stretch of the joined contexts and the stretch of the prompt it stands for. */
interface Piece {
  readonly joined: Span;
  readonly source: Span;
}

/**
 * Ascending, merged spans of `prompt.text`: what was kept of the contexts, all other parts in
 * `verbatim`, and the separators between. A kept blank line between contexts stands for the
 * separator in front of the later one, character by character where that is a blank line too.
 */
export function sourceSpans(
  prompt: Prompt,
  result: Pick<ReferenceResult, "contexts" | "keptSpans">,
  verbatim: readonly PromptPart[],
): [start: number, end: number][] {
  const pieces = piecesOf(prompt, result);
  const body = result.keptSpans.flatMap((kept) =>
    pieces.flatMap((piece) => mapInto(piece, kept) ?? []),
  );
  const fixed = verbatim.filter((part) => part.end > part.start);
  const bodyStart = body.reduce((least, { start }) => Math.min(least, start), Infinity);
  const contextAt = prompt.parts.findLast(
    (part) => part.kind === "context" && part.start <= bodyStart,
  );
  const blocks = [...fixed, ...(contextAt ? [contextAt] : [])].sort((a, b) => a.start - b.start);
  const gaps = blocks.slice(1).map((part) => gapBefore(prompt, part));
  return merge([...body, ...fixed, ...gaps]);
}

function piecesOf(prompt: Prompt, result: Pick<ReferenceResult, "contexts">): Piece[] {
  const contexts = prompt.parts.filter((part) => part.kind === "context");
  const pieces: Piece[] = [];
  let at = 0;
  result.contexts.forEach(({ index, ranges, text }, place) => {
    const part = contexts[index];
    if (place > 0) {
      const end = at + SEPARATOR.length;
      if (part) pieces.push({ joined: { start: at, end }, source: gapBefore(prompt, part) });
      at = end;
    }
    let from = at;
    at += text.length;
    if (!part) return;
    for (const { start, end } of ranges) {
      const source = { start: part.start + start, end: part.start + end };
      pieces.push({ joined: { start: from, end: from + end - start }, source });
      from += end - start;
    }
  });
  return pieces;
}

/** The separator between `part` and whatever part stands before it. */
function gapBefore(prompt: Prompt, part: PromptPart): Span {
  const previous = prompt.parts.filter((other) => other.end <= part.start && other !== part);
  const start = previous.reduce((most, other) => Math.max(most, other.end), 0);
  return { start: previous.length > 0 ? start : part.start, end: part.start };
}

function mapInto({ joined, source }: Piece, kept: Span): Span | undefined {
  const start = Math.max(kept.start, joined.start);
  const end = Math.min(kept.end, joined.end);
  if (end <= start) return undefined;
  if (source.end - source.start !== joined.end - joined.start) return source;
  const shift = source.start - joined.start;
  return { start: start + shift, end: end + shift };
}

function merge(spans: readonly Span[]): [start: number, end: number][] {
  const merged: [start: number, end: number][] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (end <= start) continue;
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
