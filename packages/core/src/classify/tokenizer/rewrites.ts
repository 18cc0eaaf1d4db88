/**
 * The normalizers of `tokenizer.json` that the two families use, each as a rewriting that keeps the way back. Pure.
 *
 * @module
 */
import { bertNormalize, withoutAccents } from "./bert-normalizer.js";
import { readCharsmap } from "./charsmap.js";
import { escapeRegExp, isObject, type JsonObject, unsupported } from "./json.js";
import { MappedBuilder, type MappedText, type Rewrite, rewriteCharacters } from "./mapped-text.js";
import { precompiledRewrite } from "./precompiled.js";

/**
 * The rewriting a `normalizer` describes.
 *
 * @throws LlmlinguaError `unknown-tokenizer` for one of another type, `damaged-model`
 */
export function rewriteOf(normalizer: unknown): Rewrite {
  if (!isObject(normalizer)) return (input) => input;
  switch (normalizer.type) {
    case "Sequence": {
      const steps = Array.isArray(normalizer.normalizers) ? normalizer.normalizers : [];
      const rewrites = steps.map(rewriteOf);
      return (input) => rewrites.reduce((text, rewrite) => rewrite(text), input);
    }
    case "BertNormalizer":
      return bertRewrite(normalizer);
    case "Precompiled":
      return precompiledRewrite(readCharsmap(String(normalizer.precompiled_charsmap)));
    case "Replace":
      return replaceRewrite(normalizer);
    case "Lowercase":
      return (input) => rewriteCharacters(input, (character) => character.toLowerCase());
    case "StripAccents":
      return (input) => rewriteCharacters(input, withoutAccents);
    default:
      throw unsupported("normalizer", normalizer.type);
  }
}

function bertRewrite(json: JsonObject): Rewrite {
  const settings = {
    cleanText: json.clean_text !== false,
    handleChineseChars: json.handle_chinese_chars !== false,
    stripAccents: typeof json.strip_accents === "boolean" ? json.strip_accents : undefined,
    lowercase: json.lowercase !== false,
  };
  return (input) => bertNormalize(input, settings);
}

function replaceRewrite({ pattern, content }: JsonObject): Rewrite {
  const { Regex, String: literal } = isObject(pattern) ? pattern : {};
  const source = typeof Regex === "string" ? Regex : escapeRegExp(String(literal));
  const matcher = new RegExp(source, "gu");
  return (input) => replaced(input, matcher, String(content));
}

function replaced(input: MappedText, matcher: RegExp, content: string): MappedText {
  const built = new MappedBuilder();
  let at = 0;
  const copyUpTo = (end: number) => {
    for (; at < end; at++) built.add(input.text[at], input.start[at], input.end[at]);
  };
  for (const { index, 0: match } of input.text.matchAll(matcher)) {
    if (match === "") continue;
    copyUpTo(index);
    at = index + match.length;
    built.add(content, input.start[index], input.end[at - 1]);
  }
  if (at === 0) return input;
  copyUpTo(input.text.length);
  return built.build();
}
