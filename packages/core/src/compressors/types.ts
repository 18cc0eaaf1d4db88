/**
 * What goes into a compression and what comes out.
 *
 * @module
 */

import type { WordRules } from "../classify/options.js";
import type { Ranker } from "../rank/types.js";
import type { TokenScore, UnitScore } from "../select/unit-scores.js";
import type { Protect } from "../text/protect.js";
import type { PartKind, Span } from "../text/types.js";

export type { TokenScore, UnitScore };

/** The size asked for: exactly one of the two. */
export type Budget =
  | {
      /** kept / original tokens, in (0, 1]; or `auto`: as few as the text's information allows. */
      readonly rate: number | "auto";
      readonly targetToken?: never;
    }
  | {
      /** Tokens to keep, in the target model's tokenizer; an integer ≥ 1. */
      readonly targetToken: number;
      readonly rate?: never;
    };

/**
 * The pieces that are decided on whole, finest first (`phrase` only by selective-context). To meet
 * the size, the last one may be cut between words.
 */
export type Unit = "token" | "word" | "phrase" | "line" | "sentence" | "context";

/** Which algorithm decides; see `CompressOptions.method`. */
export type MethodName = "llmlingua" | "longllmlingua" | "llmlingua2" | "selective-context";

/**
 * What makes a context (or, with a question, a sentence) worth keeping whole.
 *
 * Without a question: `perplexity` (LLMLingua, Algorithm 1: the most perplexing first), `original`
 * (as they stand), `random`. For a question: `question` (LongLLMLingua's r_k, its log-likelihood,
 * both given the best sentence of the context and given the context as a whole, as z-scores added),
 * `question-sentence` and `question-document` (one of the two), `bm25`, `gzip`.
 */
export type RankMethod =
  | "auto"
  | "perplexity"
  | "shortest"
  | "recent"
  | "original"
  | "random"
  | "question"
  | "question-sentence"
  | "question-document"
  | "bm25"
  | "gzip";

/** Order of the contexts in the result: as given, best first, or best at both ends. */
export type OutputOrder = "original" | "relevance" | "two-sided";

/** Ready-made settings; single options override them. */
export type PresetName = "default" | "paper" | "microsoft";

export interface Progress {
  /** `rank`: contexts for the question; `coarse`: contexts as they are; `fine`: segments, given what was kept before. */
  readonly stage: "rank" | "coarse" | "fine";
  /** Scorer tokens done and in all, over all stages; `total` may shrink when contexts are dropped. */
  readonly done: number;
  readonly total: number;
}

/** What `rate: "auto"` must keep. */
export interface AutoRate {
  /**
   * Share of the information, (0, 1]: the most informative units are taken until they hold this much
   * of the summed surprisal (or of the classifier's probability mass). Default 0.8.
   */
  readonly information?: number;
  /**
   * Instead: the most nats per token by which the question may become less likely given the compressed
   * contexts, ≥ 0. Found by bisection, so the recipe runs several times.
   */
  readonly questionLoss?: number;
  /** Least rate, (0, 1]; default 0.1. */
  readonly floor?: number;
}

/** What `rate: "auto"` found. */
export interface AutoEstimate {
  /** The rate that was used, of the whole prompt. */
  readonly rate: number;
  /** Share of the information that is estimated to be kept, where that was asked for. */
  readonly information?: number;
  /** Nats per question token lost at that rate, where that was asked for. */
  readonly questionLoss?: number;
  /** The rates that were tried, and what they lost. */
  readonly tried?: readonly { readonly rate: number; readonly questionLoss: number }[];
}

export interface CompressOptions extends WordRules {
  /** For `rate: "auto"`. */
  readonly auto?: AutoRate;
  /**
   * `llmlingua` (default): budget controller, then iterative token-level compression.
   * `longllmlingua`: the same for a question: contexts and sentences are ranked by how likely they make
   * it, tokens by how much more likely it makes them, and better contexts keep more (arXiv 2310.06839).
   * `llmlingua2`: a token classifier decides in one pass (arXiv 2403.12968); needs a classifier, and
   * alone takes `forceTokens`, `forceReserveDigit`, `dropConsecutive`, `tokenToWord`, `words`, `chunkEndTokens`.
   * `selective-context`: phrases by self-information (arXiv 2310.06201).
   */
  readonly method?: MethodName;
  readonly preset?: PresetName;
  /**
   * What the size is a size of: the whole prompt, the contexts alone, or (`compressible`) the parts
   * without a rate of their own; what lies between parts (a JSON's skeleton) stays out of it, and a `targetToken` is of
   * the whole all the same. Default `prompt`; of tagged text, JSON and messages `compressible`.
   */
  readonly sizeOf?: "prompt" | "contexts" | "compressible";
  /** Share of the instruction to keep, (0, 1]; default 1 = verbatim; the paper's τ_ins is 0.85. */
  readonly instructionRate?: number;
  /** Share of the question to keep, (0, 1]; default 1 = verbatim; the paper's τ_que is 0.9. */
  readonly questionRate?: number;
  /** Drop whole contexts first (Algorithm 1); default true. */
  readonly contextLevel?: boolean;
  /**
   * Drop whole sentences next; default: where whole contexts leave more than twice what the token stage
   * should get, and where a question is asked of a single context.
   */
  readonly sentenceLevel?: boolean;
  /** Prune inside what is left (Algorithm 2); default true. Off: the size is met only to a whole context or sentence. */
  readonly tokenLevel?: boolean;
  /**
   * k of Algorithm 1, ≥ 1: how far coarse stages may overfill; default 1.5, of worked examples 2.7,
   * paper 2, `longllmlingua` 1.
   */
  readonly budgetFactor?: number;
  /**
   * Find out whether contexts are worked examples (at least half begin with what recurs, have a line
   * that opens the answer, and end in one formula: "The answer is …"), and then cut them as such: the
   * shortest ones, of each question its most surprising words, of each working whole steps (sentences,
   * lines) from the last backwards whatever `unit` is, all in about equal shares. Does nothing without
   * `structure` or with a rank by question. Default true, paper false.
   */
  readonly demonstrations?: boolean;
  /**
   * Other contexts keep whole sentences, those of all contexts in one order by where they stand (early ones
   * first), how surprising they are, and how much of them is letters, each in standard deviations, added;
   * of the last one that fits its beginning. Of a conversation whose user's last text is kept: late ones
   * first, and how likely their text (a message's, or one block's of it) makes the end (1,000 UTF-16 units) of
   * that one. A `rank` by question judges in place of surprise or likelihood, `tokenScore: "random"` puts a random number there.
   *
   * Stands in for the stages of the paper (§4.1, §4.2), which run where this is false. Default true, but false where at least
   * half of the contexts begin with labels that recur (found with `structure` alone), for `longllmlingua`, for preset
   * `paper`, for JSON, and where an option of those stages is given: `demonstrations: false`, `contextLevel`,
   * `sentenceLevel`, `budgetFactor`, `rank`, `contrastive`, `dynamicRate`, `iterative`, `segmentSize`, `unit`,
   * `unitScore`, `tokenScore: "next-surprisal"`, and `rate: "auto"` but by `questionLoss`. True beside one of them
   * is refused, but for the first, a rank by question, and a preset.
   */
  readonly passages?: boolean;
  /**
   * How contexts are ranked; default `auto` (`shortest` of worked examples, else `perplexity`, where the stages run), for
   * `longllmlingua` `question`. `original` takes the first, `recent` the last ones. Or a ranker of your own.
   */
  readonly rank?: RankMethod | Ranker;
  /** Default `original`, for `longllmlingua` `relevance`. Others need a rank by question. */
  readonly order?: OutputOrder;
  /**
   * Score a token by how much more likely the question makes it (LongLLMLingua, §4.2: contrastive
   * perplexity) instead of by its surprisal; default false, for `longllmlingua` true.
   */
  readonly contrastive?: boolean;
  /**
   * δτ of LongLLMLingua §4.3, 0 … 1: the best ranked context keeps that much more of its tokens than
   * the mean, the worst that much less. Default 0, for `longllmlingua` 1 (paper 0.3).
   */
  readonly dynamicRate?: number;
  /** Score each segment given the compressed ones before it; default true (Table 3: "no iteration"). */
  readonly iterative?: boolean;
  /** One rate for instruction, contexts and question alike; default false (Table 3: "no dynamic ratio"). */
  readonly fixedRate?: boolean;
  /** Scorer tokens in a segment, 8 … 1024; default 100. */
  readonly segmentSize?: number;
  readonly unit?: Unit;
  readonly unitScore?: UnitScore;
  readonly tokenScore?: TokenScore;
  /** Find what recurs across contexts (labels, closing formulas) and, but for whole sentences (`passages`), keep it first; default true, paper false. */
  readonly structure?: boolean;
  /** Put the strongest separator of a dropped stretch back between its neighbours; default true, paper false. */
  readonly restoreSeparators?: boolean;
  /**
   * Text that must survive verbatim: strings (every occurrence), regular expressions, spans of the
   * text that was given (the result's `original`), or ready-made classes such as `{ class: "numbers" }`.
   */
  readonly protect?: readonly Protect[];
  /** Markdown code, fenced and inline: kept verbatim (default; paper: false) or compressed like all text. */
  readonly keepCode?: boolean;
  /** Seed of everything random; default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface CompressedPart extends Span {
  readonly kind: PartKind;
  /** Index among the parts of its kind, from 0. */
  readonly index: number;
  /** What is left of it; no more than a line break when dropped whole. */
  readonly text: string;
  /** Counts of the part alone, in `tokenizer`. */
  readonly originalTokens: number;
  readonly compressedTokens: number;
  /** Nothing of it is left. */
  readonly dropped: boolean;
  /** Mean surprisal in nats per scorer token, read alone; absent when it was not scored. */
  readonly surprisal?: number;
}

/** The scorer's view of the original, for explanations. Arrays have one entry a scorer token. */
export interface ScoredTokens {
  /** UTF-16 offsets into `original`, ascending, length n + 1. */
  readonly offsets: Uint32Array;
  /** −ln p in nats, given what was kept before; NaN where nothing needed a score. */
  readonly surprisals: Float32Array;
  /** 1 = kept. */
  readonly kept: Uint8Array;
}

export interface CompressTimings {
  /** Ranking contexts for the question. */
  readonly rankMs: number;
  readonly tokenizeMs: number;
  readonly coarseMs: number;
  readonly fineMs: number;
  /** Fitting the size exactly and rendering. */
  readonly fitMs: number;
  readonly totalMs: number;
  /** Tokens sent to the scorer, re-read prefixes not counted. */
  readonly scoredTokens: number;
}

export interface CompressedPrompt {
  /**
   * The compressed prompt: the slices `spans` of `original`, in order, joined. With preset
   * `microsoft` it is the reference's own: decoded token ids, in which a character that the token
   * pass cut is U+FFFD, and contexts joined by blank lines.
   */
  readonly text: string;
  /** The whole original text that `spans` point into. */
  readonly original: string;
  /** Disjoint `[start, end)` UTF-16 offsets into `original`, in the order of `text`. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  readonly parts: readonly CompressedPart[];
  /** Tokens of `original` and `text`, in `tokenizer`. */
  readonly originalTokens: number;
  readonly compressedTokens: number;
  /** Whose tokens those are. */
  readonly tokenizer: string;
  /** compressedTokens / originalTokens; 1 for an empty prompt. */
  readonly rate: number;
  /** originalTokens / compressedTokens; 1 for an empty prompt. */
  readonly ratio: number;
  /** Tokens that were aimed at, of the whole prompt. */
  readonly targetTokens: number;
  /** With `rate: "auto"`. */
  readonly auto?: AutoEstimate;
  readonly tokens: ScoredTokens;
  /** What is gone whole: context indexes, and sentences as spans of `original`. */
  readonly dropped: {
    readonly contexts: readonly number[];
    readonly sentences: readonly Span[];
  };
  /** Which settings were used, for the record. */
  readonly method: MethodName;
  readonly preset: PresetName;
  /** Name of the scorer or classifier; `none` where nothing had to go. */
  readonly scorer: string;
  readonly timings: CompressTimings;
}
