/**
 * Where a JSON string, number or word ends. Pure.
 *
 * @module
 */
import { jsonError } from "./error.js";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX = /[\da-fA-F]{4}/y;
const WORDS = ["true", "false", "null"];

/** Offset after the number at `at`; nothing when there is none. */
export function numberEnd(text: string, at: number): number | undefined {
  NUMBER.lastIndex = at;
  return NUMBER.test(text) ? NUMBER.lastIndex : undefined;
}

/** Offset after `true`, `false` or `null` at `at`; nothing when there is none. */
export function wordEnd(text: string, at: number): number | undefined {
  const word = WORDS.find((known) => text.startsWith(known, at));
  return word === undefined ? undefined : at + word.length;
}

/**
 * Offset after the closing quote of the string that opens at `at`.
 *
 * @throws LlmlinguaError `invalid-prompt` for an unknown escape, a control character, a missing quote
 */
export function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) throw jsonError(text, i, "expected \\n, \\t or \\u… for a control character");
    if (code === 0x5c) i += escapeLength(text, i) - 1;
  }
  throw jsonError(text, at, 'expected a closing " for the string');
}

/** Length of the escape at `at`: 2, or 6 for `\uXXXX`. */
function escapeLength(text: string, at: number): number {
  const sign = text[at + 1];
  if (sign !== undefined && '"\\/bfnrt'.includes(sign)) return 2;
  HEX.lastIndex = at + 2;
  if (sign === "u" && HEX.test(text)) return 6;
  throw jsonError(text, at, 'expected an escape (\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX)');
}
