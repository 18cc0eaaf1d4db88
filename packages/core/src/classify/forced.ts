/**
 * Text that must stay: force tokens and digits. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

/** Most force tokens one call may have, as in the reference. */
export const MOST_FORCE_TOKENS = 100;

const DIGIT = /\p{Nd}+/gu;

/**
 * Checks a list of force tokens.
 *
 * @throws LlmlinguaError `invalid-option` when there are more than 100, or one is empty
 */
export function checkForceTokens(forceTokens: readonly string[]): void {
  if (forceTokens.length > MOST_FORCE_TOKENS) {
    throw new LlmlinguaError(
      "invalid-option",
      `forceTokens has ${forceTokens.length} entries; ${MOST_FORCE_TOKENS} is the most. Leave some out.`,
    );
  }
  const wrong = forceTokens.findIndex((token) => typeof token !== "string" || token === "");
  if (wrong === -1) return;
  throw new LlmlinguaError(
    "invalid-option",
    `forceTokens[${wrong}] is ${JSON.stringify(forceTokens[wrong])}; it must be a string of at least one character.`,
  );
}

/** A place where a force token or digits stand. */
export interface ForcedSpan {
  readonly start: number;
  readonly end: number;
  /** The force token; absent for digits. */
  readonly token?: string;
}

/** Every place of every force token, and of digits when `digits`; in order of their start. */
export function forcedSpans(
  text: string,
  forceTokens: readonly string[],
  digits: boolean,
): ForcedSpan[] {
  const spans: ForcedSpan[] = [];
  for (const token of new Set(forceTokens)) {
    for (let at = text.indexOf(token); at !== -1; at = text.indexOf(token, at + token.length)) {
      spans.push({ start: at, end: at + token.length, token });
    }
  }
  if (digits) {
    for (const { index, 0: found } of text.matchAll(DIGIT)) {
      spans.push({ start: index, end: index + found.length });
    }
  }
  return spans.sort((a, b) => a.start - b.start || a.end - b.end);
}
