/**
 * Preset "microsoft": the Python reference's behaviour as one of our results.
 *
 * @module
 */
import { compressLikeReference, referenceModel } from "../compat/index.js";
import type { TokenScorer } from "../score/types.js";
import type { Prompt } from "../text/types.js";
import type { TokenCounter } from "../tokens/types.js";
import type { Outcome } from "./result.js";
import type { Budget, CompressOptions } from "./types.js";

/**
 * Runs the compatibility recipe with the reference's own meaning of the size (`targetToken` is for
 * the contexts alone, in the scorer's tokens) and its defaults. Sizes are met as loosely as there.
 */
export async function likeReference(
  { scorer, counter }: { readonly scorer: TokenScorer; readonly counter: TokenCounter },
  prompt: Prompt,
  options: CompressOptions & Budget,
): Promise<Outcome> {
  const started = performance.now();
  let scored = 0;
  const found = await compressLikeReference(
    prompt,
    {
      rate: options.rate,
      targetToken: options.targetToken,
      signal: options.signal,
      onProgress({ done, total }) {
        scored = done;
        options.onProgress?.({ stage: "fine", done, total });
      },
    },
    referenceModel(scorer, counter),
  );
  const spans = found.keptSpans.map(([start, end]) => ({ start, end }));
  const fineMs = performance.now() - started;
  return {
    text: found.text,
    spans,
    tokens: maskOf(prompt.text, spans),
    surprisals: prompt.parts.map(() => Number.NaN),
    sentences: [],
    timings: {
      tokenizeMs: 0,
      coarseMs: 0,
      fineMs,
      fitMs: 0,
      totalMs: fineMs,
      scoredTokens: scored,
    },
  };
}

/** The kept spans and what lies between them as pseudo-tokens without scores. */
function maskOf(text: string, spans: readonly { readonly start: number; readonly end: number }[]) {
  const edges = new Set([0, text.length]);
  for (const { start, end } of spans) edges.add(start).add(end);
  const offsets = Uint32Array.from([...edges].sort((a, b) => a - b));
  const starts = new Set(spans.map(({ start }) => start));
  const kept = Uint8Array.from(offsets.subarray(0, -1), (start) => (starts.has(start) ? 1 : 0));
  return { offsets, surprisals: new Float32Array(kept.length).fill(Number.NaN), kept };
}
