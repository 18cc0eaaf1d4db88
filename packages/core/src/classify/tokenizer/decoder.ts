/**
 * Tokens back to text, as `convert_tokens_to_string` of the Python library does it. Pure.
 *
 * @module
 */
import { isObject, unsupported } from "./json.js";

/** Joins tokens to a text; not the text they came from. */
export type Decoder = (tokens: readonly string[]) => string;

/** What WordPiece's clean-up takes out, in its order. */
const CLEAN_UP: readonly (readonly [string, string])[] = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/**
 * The joining a `decoder` describes.
 *
 * @throws LlmlinguaError `unknown-tokenizer` for one of another type
 */
export function decoderOf(decoder: unknown): Decoder {
  if (isObject(decoder) && decoder.type === "WordPiece") {
    const prefix = typeof decoder.prefix === "string" ? decoder.prefix : "##";
    return (tokens) => joinWordPieces(tokens, prefix, decoder.cleanup !== false);
  }
  if (isObject(decoder) && decoder.type === "Metaspace") {
    const mark = typeof decoder.replacement === "string" ? decoder.replacement : "▁";
    const isNever = decoder.prepend_scheme === "never" || decoder.add_prefix_space === false;
    return (tokens) => joinMarked(tokens, mark, isNever);
  }
  throw unsupported("decoder", isObject(decoder) ? decoder.type : "null");
}

function joinWordPieces(tokens: readonly string[], prefix: string, cleans: boolean): string {
  const parts = tokens.map((token, index) => {
    const joined =
      index === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    if (!cleans) return joined;
    return CLEAN_UP.reduce((text, [from, to]) => text.replaceAll(from, to), joined);
  });
  return parts.join("");
}

function joinMarked(tokens: readonly string[], mark: string, keepsFirst: boolean): string {
  return tokens
    .map((token, index) => token.replaceAll(mark, index === 0 && !keepsFirst ? "" : " "))
    .join("");
}
