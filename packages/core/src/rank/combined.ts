/**
 * Several rankers as one: reciprocal rank fusion (Cormack et al., 2009), or z-scores added.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { checkedScores } from "./checks.js";
import type { Ranker } from "./types.js";

/** Options of {@link combinedRanker}. */
export interface CombinedRankerOptions {
  /**
   * `z` adds each ranker's scores in standard deviations from their mean: how sure a ranker is
   * counts. `rrf` adds 1 / (60 + rank): only the order counts, so one ranker's outliers do not.
   */
  readonly how: "rrf" | "z";
}

/** Ranks below the first few differ little; the constant of the paper. */
const RRF_K = 60;

const COMMON_SCALE = {
  rrf: (scores) => ranksOf(scores).map((rank) => 1 / (RRF_K + rank)),
  z: zScores,
} satisfies Record<CombinedRankerOptions["how"], (scores: Float64Array) => Float64Array>;

/**
 * Ranks by all of `rankers`, which are asked at once and count alike.
 *
 * @param rankers - at least one
 * @throws LlmlinguaError `invalid-option`; when asked, what the rankers throw
 */
export function combinedRanker(rankers: readonly Ranker[], { how }: CombinedRankerOptions): Ranker {
  if (!Object.hasOwn(COMMON_SCALE, how) || rankers.length === 0) {
    throw new LlmlinguaError(
      "invalid-option",
      `Cannot combine ${rankers.length} rankers by "${how}": give at least one ranker and "rrf" or "z".`,
    );
  }
  const toCommonScale = COMMON_SCALE[how];
  return {
    name: `${how}(${rankers.map(({ name }) => name).join(", ")})`,
    async score(query, texts, options) {
      const sum = new Float64Array(texts.length);
      const all = rankers.map((ranker) => checkedScores(ranker, query, texts, options));
      for (const scores of await Promise.all(all)) {
        for (const [index, part] of toCommonScale(scores).entries()) sum[index] += part;
      }
      return sum;
    },
  };
}

/** Rank of each score, 1 = highest; equal scores share the mean of their ranks. */
export function ranksOf(scores: Float64Array): Float64Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const ranks = new Float64Array(scores.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let place = start; place < end; place++) ranks[order[place]] = (start + 1 + end) / 2;
  }
  return ranks;
}

/** Distance from the mean in standard deviations; zeros where all scores are equal. */
export function zScores(scores: Float64Array): Float64Array {
  // Brought to at most 1 first: squares of very large scores would not be finite.
  const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0) || 1;
  const scaled = scores.map((score) => score / largest);
  const mean = scaled.reduce((sum, score) => sum + score, 0) / scaled.length;
  const variance = scaled.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scaled.length;
  // Below this the differences are rounding alone.
  const deviation = Math.sqrt(variance);
  return scaled.map((score) => (deviation < 1e-12 ? 0 : (score - mean) / deviation));
}
