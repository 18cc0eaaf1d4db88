/**
 * Tokens of a chunk become words, as the reference merges them. Pure.
 *
 * Probabilities are float32 as in NumPy, except the literal 1.0 of what is forced: a word of nothing
 * else is a Python float, which turns the percentile to float64.
 *
 * @module
 */
import type { PieceTokenizer } from "../tokenizer/types.js";
import type { Placeholders } from "./placeholders.js";
import type { TokenToWord } from "./types.js";

/** A number, and whether Python holds it as a float of its own rather than NumPy's float32. */
export interface Probability {
  readonly value: number;
  readonly isPython: boolean;
}

/** A word of a chunk; `▁` is still on it. */
export interface ReferenceWord {
  text: string;
  readonly tokens: Probability[];
  /** What the context filter looks at. */
  readonly unforced: Probability[];
}

export interface MergeRules {
  readonly tokenizer: PieceTokenizer;
  readonly forceTokens: readonly string[];
  readonly placeholders: Placeholders;
  readonly forceReserveDigit: boolean;
}

/** Python's `string.punctuation`; what is asked is whether a token is part of it. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const DIGIT = /\p{Nd}/u;
const FORCED: Probability = { value: 1, isPython: true };

/**
 * Merges tokens to words. Special tokens vanish; a token that continues a word that is not there
 * begins one (the reference: IndexError).
 */
export function mergeWords(
  tokens: readonly string[],
  p: Float32Array,
  rules: MergeRules,
): ReferenceWord[] {
  const { tokenizer, forceTokens, placeholders, forceReserveDigit } = rules;
  const forced = new Set([...forceTokens, ...placeholders.values()]);
  const begins = tokenizer.family === "bert" ? beginsBert : beginsRoberta;
  const words: ReferenceWord[] = [];
  for (const [index, token] of tokens.entries()) {
    if (tokenizer.specialTokens.has(token)) continue;
    const own: Probability = { value: p[index], isPython: false };
    const pure = pureToken(token, tokenizer.family);
    const word = words.at(-1);
    if (word === undefined || begins(token, forced)) {
      const text = revealToken(token, placeholders);
      const isForced = forced.has(pure) || (forceReserveDigit && DIGIT.test(text));
      words.push({ text, tokens: [isForced ? FORCED : own], unforced: [own] });
    } else {
      word.text += pure;
      word.tokens.push(forceReserveDigit && DIGIT.test(token) ? FORCED : own);
      // The reference forgets to take this token's own: the first one's stands again.
      word.unforced.push(word.unforced[0]);
    }
  }
  return words;
}

/** The probability of a word. */
export function wordProbability(tokens: readonly Probability[], how: TokenToWord): Probability {
  if (how === "first") return tokens[0];
  if (tokens.every(({ isPython }) => isPython)) return FORCED;
  let sum = 0;
  for (const { value } of tokens) sum = Math.fround(sum + value);
  return { value: Math.fround(sum / tokens.length), isPython: false };
}

/** A word as it is reported: without `▁` in front in XLM-RoBERTa. */
export function labelOf(word: string, family: PieceTokenizer["family"]): string {
  return family === "bert" ? word : word.replace(/^▁+/, "");
}

function pureToken(token: string, family: PieceTokenizer["family"]): string {
  return token.replace(family === "bert" ? /^#+/ : /^▁+/, "");
}

function beginsBert(token: string, forced: ReadonlySet<string>): boolean {
  return forced.has(token.replace(/^#+/, "")) || !token.startsWith("##");
}

function beginsRoberta(token: string, forced: ReadonlySet<string>): boolean {
  return PUNCTUATION.includes(token) || forced.has(token) || token.startsWith("▁");
}

function revealToken(token: string, placeholders: Placeholders): string {
  let text = token;
  for (const [original, name] of placeholders) text = text.split(name).join(original);
  return text;
}
