/**
 * Cutting a text's words into chunks that the model reads one by one. Pure.
 *
 * @module
 */
import type { WordSpan } from "./word-spans.js";

/** Tokens `from` … `to` are read together. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/**
 * Chunks of at most `most` tokens: they end behind the last chunk-end of a window, else behind its
 * last word; only a word of more than `most` tokens is spread over several.
 */
export function chunksOf(
  text: string,
  words: readonly WordSpan[],
  chunkEnds: readonly string[],
  most: number,
): Chunk[] {
  const chunks: Chunk[] = [];
  for (let word = 0; word < words.length; ) {
    const last = endOfChunk(text, words, word, chunkEnds, most);
    const to = words[last].to;
    for (let from = words[word].from; from < to; from += most) {
      chunks.push({ from, to: Math.min(from + most, to) });
    }
    word = last + 1;
  }
  return chunks;
}

/** The last word of the chunk that begins with `first`. */
function endOfChunk(
  text: string,
  words: readonly WordSpan[],
  first: number,
  chunkEnds: readonly string[],
  most: number,
): number {
  const from = words[first].from;
  let last = first;
  let marked: number | undefined;
  for (let word = first; word < words.length && words[word].to - from <= most; word++) {
    last = word;
    if (endsChunk(text, words, word, chunkEnds)) marked = word;
  }
  return last === words.length - 1 ? last : (marked ?? last);
}

/** A chunk-end closes the word, or stands in the white space after it. */
function endsChunk(
  text: string,
  words: readonly WordSpan[],
  word: number,
  chunkEnds: readonly string[],
): boolean {
  const { start, end } = words[word];
  const own = text.slice(start, end);
  const gap = text.slice(end, words[word + 1]?.start ?? text.length);
  return chunkEnds.some((mark) => own.endsWith(mark) || gap.includes(mark));
}
