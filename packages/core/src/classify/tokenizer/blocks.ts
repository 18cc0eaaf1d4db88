/**
 * Blocks of a long text that are tokenized one after another with the same result. Pure.
 *
 * @module
 */

/** A block ends at the first safe place after this many units. */
const BLOCK = 4096;

const SPACE = /[\s\u0085]/;
/** Below this code no character joins the one before it. */
const FIRST_MARK = 0x300;

/** Blocks of `text` from `from` to `to`, as offsets; they end before a single space between words. */
export function* blocksOf(text: string, from: number, to: number): Generator<[number, number]> {
  let start = from;
  for (let at = from + BLOCK; at < to - 1; at++) {
    if (text[at] !== " " || at - start < BLOCK || !isSafe(text, at)) continue;
    yield [start, at];
    start = at;
    at += BLOCK - 1;
  }
  yield [start, to];
}

/** Neither rewriting nor words reach over the space at `at`. */
function isSafe(text: string, at: number): boolean {
  const [before, after] = [text[at - 1], text[at + 1]];
  return !SPACE.test(before) && !SPACE.test(after) && after.charCodeAt(0) < FIRST_MARK;
}
