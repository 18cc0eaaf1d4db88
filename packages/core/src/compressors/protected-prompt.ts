/**
 * What the caller protects, marked on the prompt before anything moves. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { codeSpans } from "../text/markdown.js";
import { mergeSpans, protectedSpans } from "../text/protect.js";
import type { Prompt, Span } from "../text/types.js";
import type { Settings } from "./settings.js";

/** The prompt with protected text and Markdown code among what is verbatim. */
export function protectedPrompt(prompt: Prompt, settings: Settings): Prompt {
  const own = protectedSpans(prompt.text, settings.protect);
  const code = settings.keepCode && isOneText(prompt) ? codeSpans(prompt.text) : [];
  if (own.length + code.length === 0) return prompt;
  return { ...prompt, verbatim: mergeSpans([...(prompt.verbatim ?? []), ...own, ...code]) };
}

/** Of a conversation every text has its own code, which `messagesPrompt` marks. */
function isOneText({ form }: Prompt): boolean {
  return form !== "messages" && form !== "json";
}

/**
 * Contexts cannot move where text that the caller protects reaches from one into the next.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function checkTogether({ text, parts }: Prompt, { protect, order }: Settings): void {
  const torn = protectedSpans(text, protect).find(
    (span) => parts.filter((part) => isIn(span, part)).length > 1,
  );
  if (torn === undefined) return;
  throw new LlmlinguaError(
    "invalid-option",
    `order is "${order}" and protected text reaches from one context into the next (characters ${torn.start} to ${torn.end}): give order "original", or protect the pieces.`,
  );
}

function isIn({ start, end }: Span, part: Span): boolean {
  return start < part.end && part.start < end;
}
