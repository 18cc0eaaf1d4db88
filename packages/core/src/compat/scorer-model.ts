/**
 * The reference's view of a model, made from a stateless scorer.
 *
 * @module
 */
import type { TokenScorer } from "../score/types.js";
import type { TokenCounter } from "../tokens/types.js";
import { concat } from "./arrays.js";
import type { ReferenceModel } from "./types.js";

/**
 * Scores `cache` and `fresh` as one sequence; a scorer that remembers prefixes reads only `fresh`.
 * After a trim the cache is shorter than what was read, so the scorer reads what is left of it anew:
 * its losses then differ from the reference's, whose cached positions still saw the trimmed ones.
 * No start token is used, as the token pass has none.
 */
export function referenceModel(scorer: TokenScorer, counter: TokenCounter): ReferenceModel {
  return {
    tokenizer: scorer.tokenizer,
    counter,
    maxPositions: scorer.maxTokens,
    async losses({ cache, fresh, signal }) {
      if (fresh.length < 2) return new Float32Array(0);
      const logprobs = await scorer.score(concat([cache, fresh]), {
        from: cache.length + 1,
        signal,
      });
      return logprobs.map((logprob) => -logprob);
    },
  };
}
