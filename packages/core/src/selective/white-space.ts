/**
 * White space as Python's `str` sees it, which is what the original splits and collapses by. Pure.
 *
 * JavaScript's `\s` lacks U+001C … U+001F and U+0085 and has U+FEFF besides.
 *
 * @module
 */
import { isCharacterEdge } from "../text/segments.js";
import type { Span } from "../text/types.js";

/** For use inside a RegExp class. */
export const SPACES =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const SPACE = new RegExp(`^[${SPACES}]$`);

/** Whether the UTF-16 unit at `at` is white space. */
export function isSpaceAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80)
    return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code < 0x20);
  return SPACE.test(text[at] ?? "");
}

/**
 * The span without white space around it, undefined when nothing is left. A space that carries a
 * mark is part of a character and stays.
 */
export function trimmed(text: string, { start, end }: Span): Span | undefined {
  let from = start;
  let to = end;
  while (from < to && isSpaceAt(text, from)) from++;
  while (to > from && isSpaceAt(text, to - 1)) to--;
  if (from === to) return undefined;
  while (from > start && !isCharacterEdge(text, from)) from--;
  while (to < end && !isCharacterEdge(text, to)) to++;
  return { start: from, end: to };
}
