/**
 * The result record, from what the stages found. Pure but for the counts.
 *
 * @module
 */
import type { Prompt, PromptPart, Span } from "../text/types.js";
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
}

/** Puts the result together. */
export function resultOf(asked: Asked, outcome: Outcome): CompressedPrompt {
  const { prompt, counter, originalTokens } = asked;
  const compressedTokens = counter.count(outcome.text);
  const parts = prompt.parts.map((part, i) =>
    compressedPart(prompt.text, part, outcome.spans, counter, outcome.surprisals[i]),
  );
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

function compressedPart(
  text: string,
  part: PromptPart,
  spans: readonly Span[],
  counter: TokenCounter,
  surprisal: number,
): CompressedPart {
  const kept = keptWithin(text, part, spans);
  return {
    ...part,
    text: kept,
    originalTokens: counter.count(text.slice(part.start, part.end)),
    compressedTokens: counter.count(kept),
    dropped: part.end > part.start && kept === "",
    ...(Number.isNaN(surprisal) ? {} : { surprisal }),
  };
}

function keptWithin(text: string, part: Span, spans: readonly Span[]): string {
  let kept = "";
  for (const { start, end } of spans) {
    if (end <= part.start || start >= part.end) continue;
    kept += text.slice(Math.max(start, part.start), Math.min(end, part.end));
  }
  return kept;
}

/** The result of doing nothing: the prompt as it was. */
export function unchanged(asked: Asked, totalMs: number): CompressedPrompt {
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
