/**
 * Tokenizers from a Hugging Face `tokenizer.json`, with exact offsets into the source text.
 *
 * The merging is done by `@huggingface/tokenizers`, an optional peer that is loaded on first use.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { bytesOfToken, offsetsOfTokens } from "./byte-level.js";
import { replacerOfMissingBytes } from "./missing-bytes.js";
import { joinTokenized, piecesOf } from "./pieces.js";
import { useRecentWords } from "./recent-words.js";
import {
  obstacleToOffsets,
  readTokenizerJson,
  type TokenizerJson,
  withUnicodeRules,
} from "./tokenizer-json.js";
import type { TokenizedText, Tokenizer } from "./types.js";

/** What is used of the library, whose own types do not resolve under Node's module rules. */
export interface HuggingFaceTokenizer {
  readonly model: object | null;
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: number[] };
  tokenize(text: string): string[];
  get_vocab(): Map<string, number>;
}

/**
 * A tokenizer with exact offsets from the parsed JSON of a byte-level BPE `tokenizer.json`
 * (GPT-2, Llama 3, SmolLM2 …).
 *
 * Text that spells a special token (`<|im_start|>`) becomes that token, as in the Python library,
 * and its offsets cover it. A character that the vocabulary cannot spell is read as U+FFFD. Runs of more than 4,096 characters without a place to split a word are
 * cut there, so a run of 200,000 letters takes linear time (see pieces.ts).
 *
 * @param json - the parsed file
 * @param name - shown in reports and errors
 * @throws LlmlinguaError `unknown-tokenizer` (not a byte-level BPE, or it has a normalizer),
 * `missing-dependency`
 */
export async function tokenizerFromJson(json: unknown, name: string): Promise<Tokenizer> {
  const parsed = readTokenizerJson(json, name);
  const obstacle = obstacleToOffsets(parsed);
  if (obstacle !== undefined) {
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `${name} has ${obstacle}; exact offsets need a byte-level BPE tokenizer without a normalizer. It can still count tokens: counterFromTokenizerJson.`,
    );
  }
  const inner = await loadHuggingFace(parsed, name);
  return byteLevelTokenizer(inner, parsed, name);
}

/**
 * The library's own tokenizer for a `tokenizer.json`.
 *
 * @throws LlmlinguaError `missing-dependency`, `unknown-tokenizer`
 */
export async function loadHuggingFace(
  json: TokenizerJson,
  name: string,
): Promise<HuggingFaceTokenizer> {
  const library = await import("@huggingface/tokenizers").catch((cause: unknown) => {
    throw new LlmlinguaError(
      "missing-dependency",
      `Reading the tokenizer ${name} needs the package @huggingface/tokenizers. Install it: npm install @huggingface/tokenizers`,
      { cause },
    );
  });
  try {
    const tokenizer: HuggingFaceTokenizer = new library.Tokenizer(withUnicodeRules(json), {});
    useRecentWords(tokenizer.model);
    return tokenizer;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError("unknown-tokenizer", `Cannot read the tokenizer ${name}: ${reason}`, {
      cause,
    });
  }
}

function byteLevelTokenizer(
  inner: HuggingFaceTokenizer,
  json: TokenizerJson,
  name: string,
): Tokenizer {
  const tokenBytes = bytesById(inner, json);
  const spellable = replacerOfMissingBytes(inner.get_vocab());
  const encodePiece = (text: string): TokenizedText => {
    const read = spellable(text);
    const ids = Uint32Array.from(inner.encode(read, { add_special_tokens: false }).ids);
    const lengths = Array.from(ids, (id) => tokenBytes[id]?.length ?? 0);
    const offsets = offsetsOfTokens(read, lengths);
    if (offsets !== undefined) return { text, ids, offsets };
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `The tokens of ${name} do not spell the text they come from: its vocabulary lacks some bytes. Use another tokenizer.json.`,
    );
  };
  return {
    name,
    encode: (text) => {
      const parts = Array.from(piecesOf(text), encodePiece);
      return parts.length === 1 ? parts[0] : joinTokenized(text, parts);
    },
    decode: (ids) => decodeBytes(ids, tokenBytes, name),
  };
}

/** The bytes of every token of the vocabulary; added tokens are spelled as they stand in a text. */
function bytesById(inner: HuggingFaceTokenizer, { added_tokens }: TokenizerJson) {
  const added = new Map(added_tokens.map((token) => [token.id, token.content]));
  const encoder = new TextEncoder();
  const bytes: Uint8Array[] = [];
  for (const [token, id] of inner.get_vocab()) {
    const content = added.get(id);
    bytes[id] = (content === undefined && bytesOfToken(token)) || encoder.encode(content ?? token);
  }
  return bytes;
}

function decodeBytes(ids: ArrayLike<number>, tokenBytes: readonly Uint8Array[], name: string) {
  const parts = Array.from(ids, (id) => {
    const bytes = tokenBytes[id];
    if (bytes !== undefined) return bytes;
    throw new LlmlinguaError(
      "invalid-option",
      `Token ${id} is not in the vocabulary of ${name}, which has ${tokenBytes.length} tokens.`,
    );
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
