/**
 * The scorer's tokens in the text that the caller gave. Pure.
 *
 * @module
 */
import type { Prompt } from "../text/types.js";
import { sourceSpans } from "./slices.js";
import type { ScoredTokens } from "./types.js";

/**
 * Tokens in the order of the caller's text, with offsets into it; what was not read (tags, dropped
 * pairs) lies in tokens without a score. Of a token that was made of several stretches, the first counts.
 */
export function tokensOfSource(prompt: Prompt, tokens: ScoredTokens): ScoredTokens {
  if (prompt.source === undefined) return tokens;
  const { offsets, surprisals, kept } = tokens;
  const places = Array.from(kept, (_, t) => {
    const [span] = sourceSpans(prompt, [{ start: offsets[t], end: offsets[t + 1] }]);
    return { t, start: span?.start ?? -1, end: span?.end ?? -1 };
  });
  const read = places.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const found = { offsets: [0], surprisals: [] as number[], kept: [] as number[] };
  const add = (end: number, surprisal: number, flag: number) => {
    if (end <= (found.offsets.at(-1) ?? 0)) return;
    found.offsets.push(end);
    found.surprisals.push(surprisal);
    found.kept.push(flag);
  };
  for (const { t, start, end } of read) {
    add(start, Number.NaN, 0);
    add(end, surprisals[t], kept[t]);
  }
  add(prompt.source.text.length, Number.NaN, 0);
  return {
    offsets: Uint32Array.from(found.offsets),
    surprisals: Float32Array.from(found.surprisals),
    kept: Uint8Array.from(found.kept),
  };
}
