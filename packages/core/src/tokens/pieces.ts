/**
 * Cutting a long text into pieces that can be tokenized one after another with the same result.
 *
 * Word-splitting rules of the GPT-2 family (GPT-2, cl100k, o200k, Llama 3, Qwen, SmolLM) never join
 * the two sides of a *safe cut*. Where a text has none for long (base64, a million spaces, Thai or
 * Chinese without punctuation), the cut falls between two graphemes, and up to four tokens may
 * differ there from what one uncut run would give (piecewise-count.ts finds better cuts).
 *
 * @module
 */
import { breather } from "../schedule.js";
import { isCharacterEdge } from "../text/segments.js";
import type { TokenizedText, Tokenizer } from "./types.js";

/** How long pieces are, in UTF-16 units. */
export interface PieceLengths {
  /** A piece ends at the first safe cut after this many units. */
  readonly target: number;
  /** A piece without a safe cut ends here, between two graphemes. */
  readonly longest: number;
}

/** Lengths for tokenizers whose time grows with n log n inside a word. */
export const ENCODE_PIECES: PieceLengths = { target: 2048, longest: 4096 };

/** Lengths for tokenizers whose time grows with the square of a word's length. */
export const COUNT_PIECES: PieceLengths = { target: 512, longest: 1024 };

/** Options of {@link encodePieces}. */
export interface EncodePiecesOptions {
  readonly signal?: AbortSignal;
  /** Called after each piece with the UTF-16 units done and the text's length. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Units looked at before a forced cut to find where a grapheme ends. */
const GRAPHEME_REACH = 64;

const SPACE = /[\s\u0085]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const PAUSE = /[,;.!?。，、；：！？]/u;

/**
 * The pieces of a text in order; joined they are the text. A function of the text and lengths alone,
 * and a piece cut again stays whole.
 */
export function* piecesOf(text: string, lengths: PieceLengths = ENCODE_PIECES): Generator<string> {
  let start = 0;
  while (text.length - start > lengths.target) {
    const end = endOfPiece(text, start, lengths);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

function endOfPiece(text: string, start: number, lengths: PieceLengths): number {
  const limit = Math.min(start + lengths.longest, text.length);
  return safeCut(text, start, lengths) ?? characterEdge(text, limit);
}

/** The first place where the piece from `start` can end safely; undefined: it has none. */
export function safeCut(
  text: string,
  start: number,
  { target, longest }: PieceLengths,
): number | undefined {
  const limit = Math.min(start + longest, text.length);
  for (let index = start + target; index < limit; index++) {
    if (isSafeCut(text, index)) return index;
  }
  return undefined;
}

/** Whether no rule of the GPT-2 family joins `text[index - 1]` and `text[index]` into one word. */
function isSafeCut(text: string, index: number): boolean {
  const before = text[index - 1];
  const after = text[index];
  if (after === " ") {
    const next = text[index + 1];
    return next !== undefined && !SPACE.test(before) && !SPACE.test(next);
  }
  return LETTER_OR_DIGIT.test(before) && (SPACE.test(after) || PAUSE.test(after));
}

/**
 * The last place at or before `index` that is not inside a grapheme; inside one longer than 64
 * units, the last that is not inside a surrogate pair.
 */
export function characterEdge(text: string, index: number): number {
  const from = Math.max(0, index - GRAPHEME_REACH);
  for (let edge = index; edge > from; edge--) if (isCharacterEdge(text, edge)) return edge;
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}

/**
 * Tokenizes a text piece by piece and lets the event loop turn every 10 ms.
 * The result equals `tokenizer.encode(text)`.
 *
 * @throws LlmlinguaError `aborted`
 */
export async function encodePieces(
  tokenizer: Tokenizer,
  text: string,
  { signal, onProgress }: EncodePiecesOptions = {},
): Promise<TokenizedText> {
  const breath = breather(signal);
  const parts: TokenizedText[] = [];
  let done = 0;
  for (const piece of piecesOf(text)) {
    await breath.pause();
    parts.push(tokenizer.encode(piece));
    done += piece.length;
    onProgress?.(done, text.length);
  }
  return joinTokenized(text, parts);
}

/** One tokenized text out of the tokenized pieces of `text`, in order. */
export function joinTokenized(text: string, parts: readonly TokenizedText[]): TokenizedText {
  const length = parts.reduce((sum, part) => sum + part.ids.length, 0);
  const ids = new Uint32Array(length);
  const offsets = new Uint32Array(length + 1);
  let token = 0;
  let unit = 0;
  for (const part of parts) {
    ids.set(part.ids, token);
    for (let index = 0; index < part.ids.length; index++) {
      offsets[token + index] = unit + part.offsets[index];
    }
    token += part.ids.length;
    unit += part.text.length;
  }
  offsets[length] = text.length;
  return { text, ids, offsets };
}
