/**
 * From what the reference kept back to the prompt it came from. Pure.
 *
 * Parts, pieces and kept spans are all ascending, so each is walked through once.
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
  const gapBefore = gapsOf(prompt);
  const body = mapped(piecesOf(prompt, result, gapBefore), result.keptSpans);
  const fixed = verbatim.filter((part) => part.end > part.start);
  const bodyStart = body.reduce((least, { start }) => Math.min(least, start), Infinity);
  const contextAt = prompt.parts.findLast(
    (part) => part.kind === "context" && part.start <= bodyStart,
  );
  const blocks = [...fixed, ...(contextAt ? [contextAt] : [])].sort((a, b) => a.start - b.start);
  const gaps = blocks.slice(1).flatMap((part) => gapBefore.get(part) ?? []);
  return merge([...body, ...fixed, ...gaps]);
}

function piecesOf(
  prompt: Prompt,
  result: Pick<ReferenceResult, "contexts">,
  gapBefore: ReadonlyMap<PromptPart, Span>,
): Piece[] {
  const contexts = prompt.parts.filter((part) => part.kind === "context");
  const pieces: Piece[] = [];
  let at = 0;
  result.contexts.forEach(({ index, ranges, text }, place) => {
    const part = contexts[index];
    if (place > 0) {
      const end = at + SEPARATOR.length;
      const source = part && gapBefore.get(part);
      if (source) pieces.push({ joined: { start: at, end }, source });
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

/** For each part the separator between it and the part before it; empty before the first. */
function gapsOf({ parts }: Prompt): ReadonlyMap<PromptPart, Span> {
  return new Map(
    parts.map((part, i) => [part, { start: parts[i - 1]?.end ?? part.start, end: part.start }]),
  );
}

/** The source of every overlap of a kept span with a piece. */
function mapped(pieces: readonly Piece[], keptSpans: readonly Span[]): Span[] {
  const found: Span[] = [];
  let first = 0;
  for (const kept of keptSpans) {
    while (pieces[first]?.joined.end <= kept.start) first++;
    for (let i = first; pieces[i]?.joined.start < kept.end; i++) {
      const source = mapInto(pieces[i], kept);
      if (source) found.push(source);
    }
  }
  return found;
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
