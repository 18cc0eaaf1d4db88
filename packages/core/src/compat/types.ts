/**
 * What the compatibility recipe takes and gives: the Python reference's `compress_prompt`, in camelCase.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import type { TokenCounter, Tokenizer } from "../tokens/types.js";

/** Which of the two streams is scored: with the question in front, or without it (contrast). */
export type LossStream = "full" | "question-free";

export interface LossRequest {
  /** Ids read before and not read again. Ids the reference trimmed away are missing here. */
  readonly cache: Uint32Array;
  /** Ids to read now, length m. */
  readonly fresh: Uint32Array;
  readonly stream: LossStream;
  readonly signal?: AbortSignal;
}

/** −ln p in nats of `fresh[1 … m − 1]`, given `cache` and what precedes in `fresh`; length max(0, m − 1). */
export type Losses = (request: LossRequest) => Promise<Float32Array>;

/** The small model as the reference sees it. */
export interface ReferenceModel {
  /** Texts above 2,048 UTF-16 units are encoded in pieces unless it puts a space in front of every text. */
  readonly tokenizer: Tokenizer;
  /** Counts `originTokens` and `compressedTokens` (the reference: cl100k_base). */
  readonly counter: TokenCounter;
  /** Most positions one call may hold. */
  readonly maxPositions: number;
  /** Ids the tokenizer puts in front of every text it ranks or measures (Llama: BOS); default none. */
  readonly startTokens?: readonly number[];
  readonly losses: Losses;
}

/** Where the question goes when a text is ranked; `_condition` also puts it in front of the token pass. */
export type ConditionInQuestion = ConditionMode | `${ConditionMode}_condition`;
export type ConditionMode = "none" | "before" | "after";

/** Rank methods that need no model beside the scorer. */
export type RankMethod = "llmlingua" | "longllmlingua";

/** Order of the kept contexts; `sort` is rank order. */
export type ReorderContext = "original" | "two_stage" | "sort";

export interface CompatProgress {
  /** Scorer tokens done and expected; the last call has `done === total`. */
  readonly done: number;
  readonly total: number;
}

/** How the reference compresses: its parameter names in camelCase, its defaults. */
export interface ReferenceSettings {
  /** kept / original, at most 1; default 0.5. */
  readonly rate?: number;
  /** Overrides `rate`; tokens for the contexts alone, in the scorer's tokenizer. */
  readonly targetToken?: number;
  /** Tokens in a window, an integer ≥ 1; default 200. */
  readonly iterativeSize?: number;
  /** Contexts kept whatever their rank: indexes from 0. */
  readonly forceContextIds?: readonly number[];
  /** As in the reference: 0 keeps one context, anything else does nothing. */
  readonly forceContextNumber?: number;
  /** Default true. */
  readonly useContextLevelFilter?: boolean;
  /** Default false. */
  readonly useSentenceLevelFilter?: boolean;
  /** Default true. */
  readonly useTokenLevelFilter?: boolean;
  /** Keep doubled `splitToken`s; default false. */
  readonly keepSplit?: boolean;
  /** The token `keepSplit` is about; default 13, Llama's line break, as hard-coded in the reference. */
  readonly splitToken?: number;
  /** Sentences that get the bonus; of the whole list, not per context. Default 0. */
  readonly keepFirstSentence?: number;
  readonly keepLastSentence?: number;
  /** Sentences of each context, lowest loss first, that get the bonus. Default 0. */
  readonly keepSentenceNumber?: number;
  /** Default 100. */
  readonly highPriorityBonus?: number;
  /** Operator and number applied to the target of the context filter; default `+100`. */
  readonly contextBudget?: string;
  /** Factor of the sentence filter's budget; default 1.4. */
  readonly tokenBudgetRatio?: number;
  /** Default `none`. */
  readonly conditionInQuestion?: ConditionInQuestion;
  /** Default `original`. */
  readonly reorderContext?: ReorderContext;
  /** δ: best context gets +δ, worst −δ on its rate; default 0. */
  readonly dynamicContextCompressionRatio?: number;
  /** Score a token by what the question takes off its loss (LongLLMLingua §4.2); default false. */
  readonly conditionCompare?: boolean;
  /** Put the instruction behind the question in front of the token pass; default false. */
  readonly addInstruction?: boolean;
  /** Default `llmlingua`. */
  readonly rankMethod?: RankMethod;
  /** Write the question at the end; default true. */
  readonly concateQuestion?: boolean;
}

export interface ReferenceRun {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CompatProgress) => void;
}

/** One call of the reference's `compress_prompt`. */
export interface ReferenceCall extends ReferenceSettings, ReferenceRun {
  /** One string is one context; nothing is one blank context, as in the reference. */
  readonly context?: string | readonly string[];
  readonly instruction?: string;
  readonly question?: string;
}

/** A context, or what the sentence filter left of it. */
export interface KeptContext {
  /** Index among the contexts given. */
  readonly index: number;
  readonly text: string;
  /** The slices of the context that make up `text`, ascending. */
  readonly ranges: readonly Span[];
}

/** What the reference returns, and where it came from. */
export interface ReferenceResult {
  readonly compressedPrompt: string;
  readonly originTokens: number;
  readonly compressedTokens: number;
  /** `origin / compressed` as the reference prints it, e.g. `2.3x`. */
  readonly ratio: string;
  /** `compressed / origin` as the reference prints it, e.g. `43.3%`. */
  readonly rate: string;
  readonly saving: string;
  /** Contexts after the coarse filters, in output order. */
  readonly contexts: readonly KeptContext[];
  /** What the token pass kept: ascending spans of `contexts` texts joined by blank lines. */
  readonly keptSpans: readonly Span[];
}

/** {@link compressLikeReference}'s settings. */
export interface CompatOptions extends ReferenceSettings, ReferenceRun {}

/** {@link compressLikeReference}'s result. */
export interface CompatResult {
  /** The reference's `compressed_prompt`. A character cut by the token pass comes out as U+FFFD. */
  readonly text: string;
  /** Ascending, disjoint, merged offsets into `prompt.text` of everything kept, in source order. */
  readonly keptSpans: readonly (readonly [start: number, end: number])[];
  /** Contexts of which the coarse filters left nothing, ascending. */
  readonly droppedContexts: readonly number[];
  readonly reference: ReferenceResult;
}
