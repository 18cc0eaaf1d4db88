/**
 * Calls of tools and their results, as far as they may go together. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { isFields } from "./check.js";
import type { MessageText } from "./texts.js";
import type { ChatMessage } from "./types.js";

/** Indexes among the texts: a call and what came of it. */
export interface Exchange {
  readonly call: number;
  readonly results: readonly number[];
}

/**
 * Exchanges that are wholly read. Left out, and so never removed: a call without a result, a result
 * with something else than text or with none, and calls beside reasoning, which some APIs want back.
 */
export function exchangesOf(
  messages: readonly ChatMessage[],
  texts: readonly MessageText[],
): Exchange[] {
  const open = new Map<string, { readonly call: number; readonly results: number[] }>();
  const all: Exchange[] = [];
  for (const [i, { kind, callId, message }] of texts.entries()) {
    if (callId === undefined) continue;
    if (kind === "fixed") {
      const exchange = { call: i, results: [] };
      open.set(callId, exchange);
      if (!holdsReasoning(messages[message])) all.push(exchange);
    } else {
      open.get(callId)?.results.push(i);
    }
  }
  return all.filter(
    ({ results }) => results.length > 0 && results.every((i) => isAllText(messages, texts[i])),
  );
}

function holdsReasoning({ content }: ChatMessage): boolean {
  const types = ["thinking", "redacted_thinking", "reasoning"];
  return Array.isArray(content) && content.some(({ type }) => types.includes(type));
}

/** Whether the result that a text is of is text alone. */
function isAllText(messages: readonly ChatMessage[], { message, path }: MessageText): boolean {
  const { content } = messages[message];
  const isResult = path[0] === "content" && path[2] === "content";
  const block: unknown = isResult && Array.isArray(content) ? content[Number(path[1])] : undefined;
  const own = isFields(block) ? block.content : content;
  return !Array.isArray(own) || own.every((inner) => isFields(inner) && inner.type === "text");
}

/** Spans of the text that is read. */
export interface Places {
  /** Of the texts. */
  readonly spans: readonly Span[];
  /** What may be dropped of them. */
  readonly parts: readonly Span[];
  /** What may go in no case. */
  readonly spared?: readonly Span[];
}

/**
 * What is left of `kept` once the exchanges are gone of whose results no part is: their calls, the frames
 * of their results, and what lies between them and the next text.
 *
 * Those whose results have no parts stay, and those that hold what is spared.
 */
export function withoutEmptied(
  kept: readonly Span[],
  exchanges: readonly Exchange[],
  { spans, parts, spared = [] }: Places,
): readonly Span[] {
  const gone = new Uint8Array(spans.length);
  for (const { call, results } of exchanges) {
    const own = results.flatMap((i) => overlapping(parts, spans[i]));
    const isSpared = [call, ...results].some((i) => overlapping(spared, spans[i]).length > 0);
    if (own.length === 0 || isSpared || overlaps(kept, own)) continue;
    for (const i of [call, ...results]) gone[i] = 1;
  }
  if (!gone.includes(1)) return kept;
  const ranges = spans.flatMap(({ start, end }, i) =>
    gone[i] === 1 ? [{ start, end: spans[i + 1]?.start ?? end }] : [],
  );
  return without(kept, ranges);
}

/** The sorted `spans` that reach into `range`. */
function overlapping(spans: readonly Span[], { start, end }: Span): Span[] {
  return spans.filter((span) => span.start < end && span.end > start);
}

function overlaps(kept: readonly Span[], spans: readonly Span[]): boolean {
  return spans.some((span) => overlapping(kept, span).length > 0);
}

/** Sorted `kept` less sorted `ranges`. */
function without(kept: readonly Span[], ranges: readonly Span[]): Span[] {
  const left: Span[] = [];
  let r = 0;
  for (const { start, end } of kept) {
    let at = start;
    while (r < ranges.length && ranges[r].end <= at) r++;
    for (let i = r; i < ranges.length && ranges[i].start < end; i++) {
      if (ranges[i].start > at) left.push({ start: at, end: ranges[i].start });
      at = Math.max(at, ranges[i].end);
    }
    if (at < end) left.push({ start: at, end });
  }
  return left;
}
