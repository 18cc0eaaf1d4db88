/**
 * Text that must survive verbatim, as spans: strings, patterns, places, ready-made classes. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import {
  classSpans,
  isProtectClass,
  PROTECT_CLASSES,
  type ProtectClass,
} from "./protect/classes.js";
import { copiesOf } from "./protect/copies.js";
import { matchesOf, mergeSpans, wholeCharacters } from "./protect/spans.js";
import type { Span } from "./types.js";

export { PROTECT_CLASSES, type ProtectClass } from "./protect/classes.js";
export { parseProtect } from "./protect/parse.js";
export { mergeSpans } from "./protect/spans.js";

/**
 * What to protect: every occurrence of a string, every match of a pattern, a place in the text, or
 * everything of a class (`{ class: "numbers" }`).
 *
 * A pattern runs as it is, on the whole text: one that backtracks without end, such as `/(a+)+$/`,
 * holds up the process. Services must not pass on patterns of their callers; strings, places and
 * classes are linear in the text and safe.
 */
export type Protect = string | RegExp | Span | { readonly class: ProtectClass };

/**
 * Where the protected text lies: sorted, disjoint spans of whole characters (graphemes).
 *
 * @throws LlmlinguaError `invalid-option` for anything that is not a {@link Protect}, for a class
 * that does not exist, and for a place outside the text (unless the text is empty, as in a check
 * before there is one)
 */
export function protectedSpans(text: string, protect: readonly Protect[] = []): Span[] {
  return wholeCharacters(text, mergeSpans(protect.flatMap((wanted) => occurrences(text, wanted))));
}

function occurrences(text: string, wanted: Protect): Span[] {
  if (typeof wanted === "string") return copiesOf(text, wanted);
  if (wanted instanceof RegExp) return patternMatches(text, wanted);
  if (typeof wanted === "object" && wanted !== null) {
    if ("class" in wanted && isProtectClass(wanted.class)) return classSpans(text, wanted.class);
    if ("start" in wanted && isSpan(wanted)) return place(text, wanted);
  }
  const classes = PROTECT_CLASSES.map(({ name }) => name).join(", ");
  throw invalid(
    `protect holds ${shown(wanted)}; give strings, regular expressions, { start, end } in UTF-16 offsets, or { class } with one of ${classes}.`,
  );
}

function patternMatches(text: string, pattern: RegExp): Span[] {
  return matchesOf(text, new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, "")}g`));
}

function isSpan({ start, end }: Span): boolean {
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end;
}

function place(text: string, { start, end }: Span): Span[] {
  if (text === "") return [];
  if (end <= text.length) return [{ start, end }];
  throw invalid(
    `protect holds ${shown({ start, end })}, but the prompt ends at ${text.length} (UTF-16 units).`,
  );
}

function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${String(value)} (${typeof value})`;
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}

function invalid(message: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", message);
}
