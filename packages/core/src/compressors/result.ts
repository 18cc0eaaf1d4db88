/**
 * The result record, from what the stages found. Pure but for the counts.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import type { Prompt, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import type { TokenCounter } from "../tokens/types.js";
import { slicesOf, sourceSpans } from "./slices.js";
import { tokensOfSource } from "./source-tokens.js";
import type {
  AutoEstimate,
  CompressedPart,
  CompressedPrompt,
  CompressTimings,
  MethodName,
  PresetName,
  ScoredTokens,
} from "./types.js";

/** What is known at the end of a compression. */
export interface Outcome {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Offsets into the text that was read. */
  readonly tokens: ScoredTokens;
  /** Mean surprisal of each part in nats, in the order of the prompt's parts; NaN: not scored. */
  readonly surprisals: ArrayLike<number>;
  readonly sentences: readonly Span[];
  readonly timings: CompressTimings;
}

/** What was asked, for the record. */
export interface Asked {
  readonly prompt: Prompt;
  readonly counter: TokenCounter;
  readonly originalTokens: number;
  /** Of them, those that are read: all but what a rule drops. */
  readonly readTokens: number;
  readonly targetTokens: number;
  readonly auto?: AutoEstimate;
  readonly method: MethodName;
  readonly preset: PresetName;
  readonly scorer: string;
  readonly breath: Breather;
}

/** Puts the result together. */
export async function resultOf(asked: Asked, outcome: Outcome): Promise<CompressedPrompt> {
  const { prompt, counter, originalTokens, breath } = asked;
  const compressedTokens = await countText(counter, outcome.text, breath);
  const parts = await compressedParts(asked, outcome);
  const isDropped = (part: CompressedPart) => part.kind === "context" && part.dropped;
  return {
    text: outcome.text,
    original: prompt.source?.text ?? prompt.text,
    spans: sourceSpans(prompt, outcome.spans).map(({ start, end }) => [start, end] as const),
    parts,
    originalTokens,
    compressedTokens,
    tokenizer: counter.name,
    rate: originalTokens === 0 ? 1 : compressedTokens / originalTokens,
    ratio: compressedTokens === 0 ? 1 : originalTokens / compressedTokens,
    targetTokens: asked.targetTokens,
    ...(asked.auto === undefined ? {} : { auto: asked.auto }),
    tokens: tokensOfSource(prompt, outcome.tokens),
    dropped: {
      contexts: parts.filter(isDropped).map(({ index }) => index),
      sentences: sourceSpans(prompt, outcome.sentences),
    },
    method: asked.method,
    preset: asked.preset,
    scorer: asked.scorer,
    timings: outcome.timings,
  };
}

async function compressedParts(asked: Asked, outcome: Outcome): Promise<CompressedPart[]> {
  const { counter, breath } = asked;
  const { prompt } = asked;
  const parts: CompressedPart[] = [];
  let next = 0;
  for (const [i, part] of asked.prompt.parts.entries()) {
    while (outcome.spans[next]?.end <= part.start) next++;
    const original = slicesOf(prompt, [part]);
    const kept = slicesOf(prompt, keptWithin(part, outcome.spans, next));
    const surprisal = outcome.surprisals[i];
    parts.push({
      kind: part.kind,
      index: part.index,
      ...hullOf(sourceSpans(prompt, [part]), part),
      text: kept,
      originalTokens: await countText(counter, original, breath),
      compressedTokens: await countText(counter, kept, breath),
      dropped: kept.trim() === "" && original.trim() !== "",
      ...(Number.isNaN(surprisal) ? {} : { surprisal }),
    });
  }
  return parts;
}

/** What the sorted `spans`, from the first that may reach into `part`, hold of it. */
function keptWithin(part: Span, spans: readonly Span[], first: number): Span[] {
  const kept: Span[] = [];
  for (let s = first; s < spans.length && spans[s].start < part.end; s++) {
    const start = Math.max(spans[s].start, part.start);
    const end = Math.min(spans[s].end, part.end);
    if (start < end) kept.push({ start, end });
  }
  return kept;
}

/** From the first to the last of `spans`; of none, `empty`. */
function hullOf(spans: readonly Span[], empty: Span): Span {
  if (spans.length === 0) return { start: empty.start, end: empty.end };
  return {
    start: spans.reduce((least, { start }) => Math.min(least, start), spans[0].start),
    end: spans.reduce((most, { end }) => Math.max(most, end), 0),
  };
}

/** What comes of doing nothing: the prompt as it was. */
export function unchanged(prompt: Prompt, totalMs: number): Outcome {
  const { text } = prompt;
  const all = text === "" ? [] : [{ start: 0, end: text.length }];
  const spans = prompt.finish?.(all) ?? all;
  return {
    text: slicesOf(prompt, spans),
    spans,
    tokens: {
      offsets: Uint32Array.from(text === "" ? [0] : [0, text.length]),
      surprisals: new Float32Array(all.length).fill(Number.NaN),
      kept: new Uint8Array(all.length).fill(1),
    },
    surprisals: prompt.parts.map(() => Number.NaN),
    sentences: [],
    timings: { ...NO_TIME, totalMs },
  };
}

const NO_TIME = { rankMs: 0, tokenizeMs: 0, coarseMs: 0, fineMs: 0, fitMs: 0, scoredTokens: 0 };
