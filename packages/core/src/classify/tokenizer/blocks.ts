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

/** BERT puts each of these apart, so it may be cut between two of them. */
const IDEOGRAPH = /[\u4e00-\u9fff]/;

/**
 * Blocks of `text` from `from` to `to`, as offsets; they end before a single space between words or,
 * if the tokenizer sets them apart, between two ideographs.
 */
export function* blocksOf(
  text: string,
  from: number,
  to: number,
  cutsIdeographs: boolean,
): Generator<[number, number]> {
  let start = from;
  for (let at = from + BLOCK; at < to - 1; at++) {
    const isSafe =
      text[at] === " " ? isBetweenWords(text, at) : cutsIdeographs && isInCjk(text, at);
    if (!isSafe) continue;
    yield [start, at];
    start = at;
    at += BLOCK - 1;
  }
  yield [start, to];
}

/** Neither rewriting nor words reach over the space at `at`. */
function isBetweenWords(text: string, at: number): boolean {
  const [before, after] = [text[at - 1], text[at + 1]];
  return !SPACE.test(before) && !SPACE.test(after) && after.charCodeAt(0) < FIRST_MARK;
}

function isInCjk(text: string, at: number): boolean {
  return IDEOGRAPH.test(text[at - 1]) && IDEOGRAPH.test(text[at]);
}
