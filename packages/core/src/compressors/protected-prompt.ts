/**
 * What the caller protects, marked on the prompt before anything moves. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { codeSpans } from "../text/markdown.js";
import { mergeSpans, type Protect, protectedSpans } from "../text/protect.js";
import { fromSource } from "../text/source.js";
import type { Prompt, Span } from "../text/types.js";
import type { Settings } from "./settings.js";

/** The prompt with protected text and Markdown code among what is verbatim. */
export function protectedPrompt(prompt: Prompt, settings: Settings): Prompt {
  const own = ownSpans(prompt, settings.protect);
  const code = settings.keepCode && isOneText(prompt) ? codeSpans(prompt.text) : [];
  if (own.length + code.length === 0) return prompt;
  const { verbatim = [], finish } = prompt;
  return {
    ...prompt,
    verbatim: mergeSpans([...verbatim, ...own, ...code]),
    ...(finish && { finish: (kept: readonly Span[]) => finish(kept, own) }),
  };
}

/** Places are places of what the caller gave; all else is looked for in what is read. */
function ownSpans({ text, source }: Prompt, protect: readonly Protect[]): Span[] {
  if (source === undefined) return protectedSpans(text, protect);
  const isPlace = (wanted: Protect): wanted is Span =>
    typeof wanted === "object" && "start" in wanted && "end" in wanted;
  const places = protectedSpans(source.text, protect.filter(isPlace));
  const rest = protect.filter((wanted) => !isPlace(wanted));
  return [...places.flatMap((place) => fromSource(source, place)), ...protectedSpans(text, rest)];
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
export function checkTogether(prompt: Prompt, { protect, order }: Settings): void {
  const { parts } = prompt;
  const torn = ownSpans(prompt, protect).find(
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
