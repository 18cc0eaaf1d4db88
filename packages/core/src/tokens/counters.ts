/**
 * Counting tokens as the target model does: OpenAI's encodings, or any `tokenizer.json`.
 *
 * The encodings come from `gpt-tokenizer`, an optional peer loaded one encoding at a time.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { loadHuggingFace } from "./hugging-face.js";
import { encodingOfModel } from "./openai-models.js";
import { type PieceLengths, piecesOf } from "./pieces.js";
import { countByPieces } from "./piecewise-count.js";
import { isByteLevel, readTokenizerJson } from "./tokenizer-json.js";
import type { TokenCounter, Tokenizer } from "./types.js";

/** The encodings {@link loadCounter} knows by name. */
export const COUNTER_ENCODINGS = [
  "o200k_base",
  "o200k_harmony",
  "cl100k_base",
  "p50k_base",
  "r50k_base",
] as const;

/** Name of one of OpenAI's encodings. */
export type CounterEncoding = (typeof COUNTER_ENCODINGS)[number];

/** Encodings that split and merge plain text like another one of the list. */
const SAME_AS: Readonly<Record<string, CounterEncoding>> = {
  gpt2: "r50k_base",
  p50k_edit: "p50k_base",
};

/** Pieces for byte-level tokenizers: a forced cut costs up to four tokens, so runs stay long. */
const BYTE_LEVEL_PIECES = { target: 2048, longest: 16_384 };

/** Pieces for tokenizers that put something in front of every text: few, so that little adds up. */
const LONG_PIECES = { target: 32_768, longest: 49_152 };

/**
 * A counter for an encoding (`o200k_base`) or an OpenAI model (`gpt-4o`, `gpt-3.5-turbo`,
 * `ft:gpt-4o-2024-08-06:acme`). Text that looks like a special token counts as plain text.
 *
 * Long texts are counted in pieces, cut where words are split anyway or, in a run of more than
 * 1,024 characters without such a place, where a token ends; the count is that of the whole text.
 * Only around lone surrogates and single characters of hundreds of code points may it differ, by a
 * few tokens per 1,024 characters.
 *
 * @throws LlmlinguaError `unknown-tokenizer` (the message lists the choices), `missing-dependency`
 */
export async function loadCounter(name: string): Promise<TokenCounter> {
  const encoding = isEncoding(name) ? name : await modelEncoding(name);
  const { countTokens, decode, encode } = await importEncoding(encoding).catch(throwMissing);
  const plain = { disallowedSpecial: new Set<string>() };
  const plainly = {
    encode: (text: string) => encode(text, plain),
    decode,
    countTokens: (text: string) => countTokens(text, plain),
  };
  return { name: encoding, count: (text) => countByPieces(text, plainly) };
}

/**
 * A counter from the parsed JSON of any Hugging Face `tokenizer.json`; no special tokens are added
 * and text that looks like one counts as plain text. In a run of more than 16,384 characters without
 * a place to split a word the count may differ by up to four tokens per 16,384; for tokenizers that
 * are not byte-level, that of any text longer than 32,768 by about one token per 32,768.
 *
 * @throws LlmlinguaError `unknown-tokenizer`, `missing-dependency`
 */
export async function counterFromTokenizerJson(json: unknown, name: string): Promise<TokenCounter> {
  const parsed = readTokenizerJson(json, name);
  const ordinary = parsed.added_tokens.filter((token) => token.special !== true);
  const tokenizer = await loadHuggingFace({ ...parsed, added_tokens: ordinary }, name);
  const lengths = isByteLevel(parsed) ? BYTE_LEVEL_PIECES : LONG_PIECES;
  const count = (piece: string) => tokenizer.tokenize(piece).length;
  return { name, count: (text) => sumOverPieces(text, count, lengths) };
}

/** A counter that counts with a tokenizer at hand, e.g. the scorer's own. */
export function counterFromTokenizer(tokenizer: Tokenizer): TokenCounter {
  return { name: tokenizer.name, count: (text) => tokenizer.encode(text).ids.length };
}

function sumOverPieces(
  text: string,
  count: (piece: string) => number,
  lengths: PieceLengths,
): number {
  let sum = 0;
  for (const piece of piecesOf(text, lengths)) sum += count(piece);
  return sum;
}

function isEncoding(name: string): name is CounterEncoding {
  return (COUNTER_ENCODINGS as readonly string[]).includes(name);
}

function importEncoding(encoding: CounterEncoding) {
  switch (encoding) {
    case "o200k_base":
      return import("gpt-tokenizer/encoding/o200k_base");
    case "o200k_harmony":
      return import("gpt-tokenizer/encoding/o200k_harmony");
    case "cl100k_base":
      return import("gpt-tokenizer/encoding/cl100k_base");
    case "p50k_base":
      return import("gpt-tokenizer/encoding/p50k_base");
    case "r50k_base":
      return import("gpt-tokenizer/encoding/r50k_base");
  }
  return encoding satisfies never;
}

async function modelEncoding(name: string): Promise<CounterEncoding> {
  const found = (await encodingOfModel(name).catch(throwMissing)) ?? "";
  const encoding = SAME_AS[found] ?? found;
  if (isEncoding(encoding)) return encoding;
  throw unknownCounter(name);
}

function unknownCounter(name: string): LlmlinguaError {
  return new LlmlinguaError(
    "unknown-tokenizer",
    `Unknown tokenizer "${name}". Choose an encoding (${COUNTER_ENCODINGS.join(", ")}), an OpenAI model name such as gpt-4o, or count with a tokenizer.json.`,
  );
}

function throwMissing(cause: unknown): never {
  throw new LlmlinguaError(
    "missing-dependency",
    "Counting with OpenAI's encodings needs the package gpt-tokenizer. Install it: npm install gpt-tokenizer",
    { cause },
  );
}
