/**
 * A prompt with its contexts in another order; every character knows where it came from. Pure.
 *
 * @module
 */
import type { Prompt, PromptPart, SourcePiece, Span } from "./types.js";

/**
 * The prompt with its contexts in `order`; separators, instruction and question stay where they are.
 * Parts keep their `index`.
 *
 * @param order - places among the contexts of `prompt`, each once: the first comes first
 */
export function reordered(prompt: Prompt, order: readonly number[]): Prompt {
  const contexts = prompt.parts.filter(({ kind }) => kind === "context");
  if (order.every((place, i) => place === i)) return prompt;
  const draft = draftOf(prompt);
  let at = 0;
  let next = 0;
  for (const part of prompt.parts) {
    draft.copy(at, part.start);
    draft.part(part.kind === "context" ? contexts[order[next++]] : part);
    at = part.end;
  }
  draft.copy(at, prompt.text.length);
  return draft.finished();
}

/** Collects stretches of a prompt into a new one. */
function draftOf(prompt: Prompt) {
  const parts: PromptPart[] = [];
  const verbatim: Span[] = [];
  const pieces: SourcePiece[] = [];
  let text = "";
  const old = piecesOf(prompt);
  const kept = (prompt.verbatim ?? []).map((read) => ({ read }));
  const copy = (start: number, end: number) => {
    const shift = text.length - start;
    for (let p = firstAfter(old, start); p < old.length && old[p].read.start < end; p++) {
      const { read, source } = old[p];
      const cut = clipped(read, source, start, end);
      pieces.push({ read: moved(cut.read, shift), source: cut.source });
    }
    for (let v = firstAfter(kept, start); v < kept.length && kept[v].read.start < end; v++) {
      const span = kept[v].read;
      verbatim.push(
        moved({ start: Math.max(span.start, start), end: Math.min(span.end, end) }, shift),
      );
    }
    text += prompt.text.slice(start, end);
  };
  return {
    copy,
    part(part: PromptPart) {
      const start = text.length;
      copy(part.start, part.end);
      parts.push({ ...part, start, end: text.length });
    },
    finished(): Prompt {
      const source = prompt.source ?? { text: prompt.text };
      return { text, parts, verbatim, source: { ...source, pieces } };
    },
  };
}

/** Index of the first of the sorted stretches that ends after `start`. */
function firstAfter(stretches: readonly { readonly read: Span }[], start: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].read.end <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function piecesOf({ text, source }: Prompt): readonly SourcePiece[] {
  const all = { start: 0, end: text.length };
  return source?.pieces ?? [{ read: all, source: all }];
}

/** Of a piece what lies in `start` … `end`; one of unequal lengths is never cut. */
function clipped(read: Span, source: Span, start: number, end: number): SourcePiece {
  if (read.end - read.start !== source.end - source.start) return { read, source };
  const from = Math.max(read.start, start);
  const to = Math.min(read.end, end);
  const shift = source.start - read.start;
  return {
    read: { start: from, end: to },
    source: { start: from + shift, end: to + shift },
  };
}

function moved({ start, end }: Span, shift: number): Span {
  return { start: start + shift, end: end + shift };
}
