/**
 * What the repeated reference takes and gives, names as in Python but in camelCase.
 *
 * @module
 */
import type { TokenCounter } from "../../tokens/types.js";
import type { TokenClassifier } from "../types.js";

/** How the probabilities of a word's tokens become its own. */
export type TokenToWord = "mean" | "first";

/** The parameters of `compress_prompt` that LLMLingua-2 reads; defaults are the reference's. */
export interface ReferenceLlmlingua2Settings {
  /** Part of the text to keep; default 0.5. From 1 on everything stays and no model runs. */
  readonly rate?: number;
  /** Tokens (of `counter`) to keep; replaces `rate`. */
  readonly targetToken?: number;
  /** Default true; of use for more than one context. */
  readonly useContextLevelFilter?: boolean;
  /** Default true. */
  readonly useTokenLevelFilter?: boolean;
  /** Contexts to keep. */
  readonly targetContext?: number;
  /** Part of the contexts to keep; default 1, which means it follows from `rate` or `targetToken`. */
  readonly contextLevelRate?: number;
  /** Tokens of the contexts to keep. */
  readonly contextLevelTargetToken?: number;
  /** Contexts, from 0, that stay whatever their score. */
  readonly forceContextIds?: readonly number[];
  /** Default false. */
  readonly returnWordLabel?: boolean;
  /** Default `"\t\t|\t\t"`. */
  readonly wordSep?: string;
  /** Default `" "`. */
  readonly labelSep?: string;
  /** Default `"mean"`. */
  readonly tokenToWord?: TokenToWord;
  /** At most 100. */
  readonly forceTokens?: readonly string[];
  /** Tokens with a digit count as 1; default false. */
  readonly forceReserveDigit?: boolean;
  /** Default false. */
  readonly dropConsecutive?: boolean;
  /** Tokens, not characters, after which a chunk may end; default `[".", "\n"]`. */
  readonly chunkEndTokens?: readonly string[];
}

/** One call. */
export interface ReferenceLlmlingua2Call extends ReferenceLlmlingua2Settings {
  readonly classifier: TokenClassifier;
  /** Counts and weighs words; the reference's is `cl100k_base`. */
  readonly counter: TokenCounter;
  readonly signal?: AbortSignal;
}

/** The reference's result. */
export interface ReferenceLlmlingua2Result {
  readonly compressedPrompt: string;
  /** One text per context that was kept. */
  readonly compressedPromptList: readonly string[];
  readonly originTokens: number;
  readonly compressedTokens: number;
  /** `"3.0x"`, `"33.3%"`, `", Saving $0.0 in GPT-4."` */
  readonly ratio: string;
  readonly rate: string;
  readonly saving: string;
  /** Every word with 1 (kept) or 0; only with `returnWordLabel`. */
  readonly fnLabeledOriginalPrompt?: string;
}
