/**
 * Prompts one after another as one prompt. Pure.
 *
 * @module
 */
import { mergeSpans } from "../protect.js";
import type { PartKind, Prompt, PromptPart, SourcePiece, Span } from "../types.js";

const JOINT = "\n\n";

/** Several prompts as one, and where each lies in the text that is read. */
export interface JoinedPrompts {
  readonly prompt: Prompt;
  /** As many as there were prompts. */
  readonly spans: readonly Span[];
}

/** Joins prompts by blank lines; parts are counted on, and each prompt still has its last word. */
export function joinPrompts(prompts: readonly Prompt[]): JoinedPrompts {
  const spans: Span[] = [];
  const parts: PromptPart[] = [];
  const counts: Record<PartKind, number> = { instruction: 0, context: 0, question: 0 };
  let at = 0;
  for (const { text, parts: own } of prompts) {
    if (spans.length > 0) at += JOINT.length;
    for (const part of own) {
      const index = counts[part.kind]++;
      parts.push({ ...part, ...shift(part, at), index, turn: spans.length });
    }
    spans.push({ start: at, end: at + text.length });
    at += text.length;
  }
  const isSourced = prompts.some(({ source }) => source !== undefined);
  const isFinishing = prompts.some(({ finish }) => finish !== undefined);
  const prompt: Prompt = {
    text: prompts.map(({ text }) => text).join(JOINT),
    parts,
    verbatim: prompts.flatMap((own, i) =>
      (own.verbatim ?? []).map((span) => shift(span, spans[i].start)),
    ),
    ...(isSourced ? { source: joinSources(prompts, spans) } : {}),
    ...(isFinishing ? { finish: (kept: readonly Span[]) => finishAll(prompts, spans, kept) } : {}),
  };
  return { prompt, spans };
}

function shift({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

function joinSources(prompts: readonly Prompt[], spans: readonly Span[]) {
  const pieces: SourcePiece[] = [];
  const uncounted: Span[] = [];
  const texts: string[] = [];
  let at = 0;
  for (const [i, { text, source }] of prompts.entries()) {
    const { start, end } = spans[i];
    if (i > 0) {
      const joint = { start: start - JOINT.length, end: start };
      pieces.push({ read: joint, source: { start: at, end: at + JOINT.length } });
      at += JOINT.length;
    }
    const all = { start: 0, end: end - start };
    for (const piece of source?.pieces ?? [{ read: all, source: all }]) {
      pieces.push({ read: shift(piece.read, start), source: shift(piece.source, at) });
    }
    for (const span of source?.uncounted ?? []) uncounted.push(shift(span, at));
    texts.push(source?.text ?? text);
    at += texts[i].length;
  }
  return { text: texts.join(JOINT), pieces, uncounted };
}

function finishAll(
  prompts: readonly Prompt[],
  spans: readonly Span[],
  kept: readonly Span[],
): Span[] {
  const joints = spans.slice(1).map(({ start }, i) => ({ start: spans[i].end, end: start }));
  const ranges = spans.flatMap((span, i) => (i < joints.length ? [span, joints[i]] : [span]));
  const left = spansWithin(kept, ranges).flatMap((within, r) => {
    const finish = r % 2 === 0 ? prompts[r / 2].finish : undefined;
    return (finish?.(within) ?? within).map((span) => shift(span, ranges[r].start));
  });
  return mergeSpans(left);
}

/** What of `kept` lies in each of `ranges` (both sorted and disjoint), from the range's start. */
export function spansWithin(kept: readonly Span[], ranges: readonly Span[]): Span[][] {
  let k = 0;
  return ranges.map(({ start, end }) => {
    const within: Span[] = [];
    while (k < kept.length && kept[k].end <= start) k++;
    for (let i = k; i < kept.length && kept[i].start < end; i++) {
      const from = Math.max(kept[i].start, start) - start;
      const to = Math.min(kept[i].end, end) - start;
      if (from < to) within.push({ start: from, end: to });
    }
    return within;
  });
}
