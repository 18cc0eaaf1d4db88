/**
 * How the reference cuts a context into chunks, its slip included. Pure.
 *
 * @module
 */

/** Tokens beside the two wrappers. */
const WRAPPERS = 2;

/**
 * Ranges of tokens: up to the last chunk-end token of a window, or the window and one token more
 * (reference-behaviour Q17), whose wrapper is then cut off.
 */
export function referenceChunks(
  tokens: readonly string[],
  chunkEnds: ReadonlySet<string>,
  maxTokens: number,
): (readonly [from: number, to: number])[] {
  const window = maxTokens - WRAPPERS;
  const chunks: [number, number][] = [];
  let from = 0;
  while (from < tokens.length) {
    if (from + window > tokens.length - 1) {
      chunks.push([from, tokens.length]);
      break;
    }
    let last = from + window;
    while (last > from && !chunkEnds.has(tokens[last])) last--;
    if (last === from) last = from + window;
    chunks.push([from, last + 1]);
    from = last + 1;
  }
  return chunks;
}
