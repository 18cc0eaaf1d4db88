/**
 * Options of reading a text with a classifier. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { checkForceTokens } from "./forced.js";

/** How a text is read; see {@link ClassifyOptions} for how long it may take. */
export interface WordRules {
  /**
   * What a word is: `unicode` (default), the words people see, never cut (`don't`, `3.5`, one Chinese
   * word); `model`, LLMLingua-2's own, which begin where the tokenizer's pieces say so (`don`, `'`,
   * `t`; in XLM-RoBERTa a Chinese clause). Neither cuts a character.
   */
  readonly words?: "unicode" | "model";
  /** How a word's probability comes from those of its tokens: `mean` (default) or `first`. */
  readonly tokenToWord?: "mean" | "first";
  /** Text that stays wherever it stands, white space too; at most 100. A word it lies in stays whole. */
  readonly forceTokens?: readonly string[];
  /** Words with a digit stay; default false. */
  readonly forceReserveDigit?: boolean;
  /** Of equal force tokens with nothing but white space between only the first must stay; default false. */
  readonly dropConsecutive?: boolean;
  /** Text after which a chunk may end when it must; default `[".", "\n"]`, plus the CJK full stop. */
  readonly chunkEndTokens?: readonly string[];
}

/** Options of reading a text. */
export interface ClassifyOptions extends WordRules {
  readonly signal?: AbortSignal;
  /** Called with tokens read and tokens in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Every rule with its value. */
export type ResolvedRules = Required<WordRules>;

/**
 * Defaults filled in, values checked.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function resolveRules(rules: WordRules): ResolvedRules {
  const {
    words = "unicode",
    tokenToWord = "mean",
    forceTokens = [],
    forceReserveDigit = false,
    dropConsecutive = false,
    chunkEndTokens = [".", "\n", "。"],
  } = rules;
  checkChoice("words", words, ["unicode", "model"]);
  checkChoice("tokenToWord", tokenToWord, ["mean", "first"]);
  checkForceTokens(forceTokens);
  return { words, tokenToWord, forceTokens, forceReserveDigit, dropConsecutive, chunkEndTokens };
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new LlmlinguaError(
    "invalid-option",
    `${name} is ${JSON.stringify(value)}; it must be ${choices.join(" or ")}.`,
  );
}
