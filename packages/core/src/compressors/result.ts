/**
 * The result record, from what the stages found. Pure but for the counts.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import type { Prompt, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import type { TokenCounter } from "../tokens/types.js";
import type {
  CompressedPart,
  CompressedPrompt,
  CompressTimings,
  PresetName,
  ScoredTokens,
} from "./types.js";

/** What is known at the end of a compression. */
export interface Outcome {
  readonly text: string;
  readonly spans: readonly Span[];
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
  readonly targetTokens: number;
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
    original: prompt.text,
    spans: outcome.spans.map(({ start, end }) => [start, end] as const),
    parts,
    originalTokens,
    compressedTokens,
    tokenizer: counter.name,
    rate: originalTokens === 0 ? 1 : compressedTokens / originalTokens,
    ratio: compressedTokens === 0 ? 1 : originalTokens / compressedTokens,
    targetTokens: asked.targetTokens,
    tokens: outcome.tokens,
    dropped: {
      contexts: parts.filter(isDropped).map(({ index }) => index),
      sentences: outcome.sentences,
    },
    preset: asked.preset,
    scorer: asked.scorer,
    timings: outcome.timings,
  };
}

async function compressedParts(asked: Asked, outcome: Outcome): Promise<CompressedPart[]> {
  const { counter, breath } = asked;
  const { text } = asked.prompt;
  const parts: CompressedPart[] = [];
  let next = 0;
  for (const [i, part] of asked.prompt.parts.entries()) {
    while (outcome.spans[next]?.end <= part.start) next++;
    const kept = keptWithin(text, part, outcome.spans, next);
    const surprisal = outcome.surprisals[i];
    parts.push({
      ...part,
      text: kept,
      originalTokens: await countText(counter, text.slice(part.start, part.end), breath),
      compressedTokens: await countText(counter, kept, breath),
      dropped: kept.trim() === "" && text.slice(part.start, part.end).trim() !== "",
      ...(Number.isNaN(surprisal) ? {} : { surprisal }),
    });
  }
  return parts;
}

/** What the sorted `spans`, from the first that may reach into `part`, hold of it. */
function keptWithin(text: string, part: Span, spans: readonly Span[], first: number): string {
  let kept = "";
  for (let s = first; s < spans.length && spans[s].start < part.end; s++) {
    kept += text.slice(Math.max(spans[s].start, part.start), Math.min(spans[s].end, part.end));
  }
  return kept;
}

/** The result of doing nothing: the prompt as it was. */
export async function unchanged(asked: Asked, totalMs: number): Promise<CompressedPrompt> {
  const { text } = asked.prompt;
  const spans = text === "" ? [] : [{ start: 0, end: text.length }];
  return resultOf(asked, {
    text,
    spans,
    tokens: {
      offsets: Uint32Array.from(text === "" ? [0] : [0, text.length]),
      surprisals: new Float32Array(spans.length).fill(Number.NaN),
      kept: new Uint8Array(spans.length).fill(1),
    },
    surprisals: asked.prompt.parts.map(() => Number.NaN),
    sentences: [],
    timings: { tokenizeMs: 0, coarseMs: 0, fineMs: 0, fitMs: 0, totalMs, scoredTokens: 0 },
  });
}
