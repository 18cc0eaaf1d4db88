/**
 * Perplexity on general text: whether training on answers forgot the rest.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import { natsPerSize, type PairedNats, perplexityRatio } from "./change.js";
import type { MeasureOptions } from "./held-out.js";
import { natsOfBoth, type Scorers } from "./nats.js";
import type { GeneralSummary } from "./summary.js";
import type { Passages } from "./texts.js";

/** How far the ratio of perplexities may be from 1. */
export const FORGETTING_LIMIT = 0.03;

/** Both scorers' perplexity on passages, each read by itself from the start token on. */
export async function measureGeneral(
  scorers: Scorers,
  { source, passages, leftOut }: Passages,
  { signal, onProgress }: MeasureOptions = {},
): Promise<GeneralSummary> {
  const texts: PairedNats[] = [];
  for (const [index, passage] of passages.entries()) {
    throwIfAborted(signal);
    const ids = withStart(scorers, passage);
    // Without a start token the first token has nothing before it, and no score.
    if (ids.length > 1) texts.push(await natsOfBoth(scorers, ids, 1, signal));
    onProgress?.(index + 1, passages.length);
  }
  const { base, aligned } = natsPerSize(texts);
  return {
    source,
    passages: texts.length,
    leftOut,
    tokens: texts.reduce((sum, { size }) => sum + size, 0),
    perplexity: { base: Math.exp(base.mean), aligned: Math.exp(aligned.mean) },
    ratio: perplexityRatio(texts),
    limit: FORGETTING_LIMIT,
  };
}

function withStart({ base }: Scorers, text: string): Uint32Array {
  const start = base.startToken === undefined ? [] : [base.startToken];
  const { ids } = base.tokenizer.encode(text);
  return Uint32Array.from([...start, ...ids]).subarray(0, base.maxTokens);
}
