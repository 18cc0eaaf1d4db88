/**
 * A tokenizer without a vocabulary: words and characters, for documentation, tests and a last resort.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { isCharacterEdge } from "../text/segments.js";
import { piecesOf } from "./pieces.js";
import type { Tokenizer } from "./types.js";

/**
 * A word with the space before it; a CJK character, a mark or a symbol alone; a run of white space
 * less the one space that leads the next word.
 */
const TOKEN =
  / ?(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+|[^\s\p{L}\p{M}\p{N}_])|\s+(?=\s)|\s/gu;

/** A token has at most this many UTF-16 units, unless one character has more. */
const LONGEST = 16;

/**
 * Makes a tokenizer whose ids are 31-bit hashes of the tokens' text: the same in every process, for
 * every text. It remembers what it has seen, so `decode` works for ids that its own `encode` gave
 * and its memory grows with the number of different words.
 */
export function createWordTokenizer(): Tokenizer {
  const textOfId = new Map<number, string>();
  return {
    name: "words",
    encode(text) {
      const words = tokensOf(text);
      const ids = new Uint32Array(words.length);
      const offsets = new Uint32Array(words.length + 1);
      for (const [index, word] of words.entries()) {
        ids[index] = remember(word, textOfId);
        offsets[index + 1] = offsets[index] + word.length;
      }
      return { text, ids, offsets };
    },
    decode: (ids) => Array.from(ids, (id) => recall(id, textOfId)).join(""),
  };
}

/** In pieces, so that a long word is cut at the same places by encodePieces (pieces.ts). */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const piece of piecesOf(text)) {
    for (const word of piece.match(TOKEN) ?? []) {
      if (word.length <= LONGEST) tokens.push(word);
      else tokens.push(...cutLong(word));
    }
  }
  return tokens;
}

function* cutLong(word: string): Generator<string> {
  let start = 0;
  while (word.length - start > LONGEST) {
    let end = start + LONGEST;
    while (end > start && !isCharacterEdge(word, end)) end--;
    if (end === start) {
      end += LONGEST;
      while (!isCharacterEdge(word, end)) end++;
    }
    yield word.slice(start, end);
    start = end;
  }
  if (start < word.length) yield word.slice(start);
}

function remember(word: string, textOfId: Map<number, string>): number {
  let id = hash(word);
  for (let known = textOfId.get(id); known !== undefined && known !== word; ) {
    id = (id + 1) % 2 ** 31;
    known = textOfId.get(id);
  }
  textOfId.set(id, word);
  return id;
}

function recall(id: number, textOfId: ReadonlyMap<number, string>): string {
  const word = textOfId.get(id);
  if (word !== undefined) return word;
  throw new LlmlinguaError(
    "invalid-option",
    `Token ${id} was never seen by this word tokenizer, which decodes only ids from its own encode.`,
  );
}

/** FNV-1a over UTF-16 units, 31 bits. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) {
    value = Math.imul(value ^ word.charCodeAt(index), 0x01000193);
  }
  return value >>> 1;
}
