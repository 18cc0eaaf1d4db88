/**
 * Tokens of a question before the target says. Pure.
 *
 * @module
 */
import type { Usage } from "@llmlingua/eval";
import type { Message } from "./types.js";

/** Tokens that a chat template adds to a message, about. */
const PER_MESSAGE = 8;

/** As well as it can be counted here. */
export function usageOf(
  messages: readonly Message[],
  completionTokens: number,
  count: (text: string) => number,
): Usage {
  const promptTokens = messages.reduce((sum, { content }) => sum + count(content) + PER_MESSAGE, 0);
  return { promptTokens, completionTokens, cachedTokens: 0 };
}

/** What may be billed for it at most: the target's own tokenizer may count more. */
export function mostUsage({ promptTokens, completionTokens }: Omit<Usage, "cachedTokens">): Usage {
  return { promptTokens: 1.5 * promptTokens, completionTokens, cachedTokens: 0 };
}
