/**
 * The tokens of a request, as the server counts them or as well as we can. Pure.
 *
 * @module
 */
import { z } from "zod";
import type { Usage } from "./types.js";

const count = z.number().int().nonnegative().nullish().catch(undefined);

/** `usage` of an answer; anything unreadable counts as not said. */
export const usageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);

/**
 * What the server says, and where it does not, what `estimate` counts; cached tokens are never guessed.
 */
export function usageOf(
  said: z.infer<typeof usageSchema>,
  estimate: { readonly prompt: () => number; readonly completion: () => number },
): Usage {
  return {
    promptTokens: said?.prompt_tokens ?? estimate.prompt(),
    completionTokens: said?.completion_tokens ?? estimate.completion(),
    cachedTokens: said?.prompt_tokens_details?.cached_tokens ?? 0,
  };
}
