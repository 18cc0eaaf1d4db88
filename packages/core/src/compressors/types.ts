/**
 * What goes into a compression and what comes out.
 *
 * @module
 */
import type { TokenScore, UnitScore } from "../select/unit-scores.js";
import type { PartKind, Span } from "../text/types.js";

export type { TokenScore, UnitScore };

/** The size asked for: exactly one of the two. */
export type Budget =
  | {
      /** kept / original tokens, in (0, 1]. */
      readonly rate: number;
      readonly targetToken?: never;
    }
  | {
      /** Tokens to keep, in the target model's tokenizer; an integer ≥ 1. */
      readonly targetToken: number;
      readonly rate?: never;
    };

/** The pieces that are decided on whole, finest first; to meet the size, the last one may be cut between words. */
export type Unit = "token" | "word" | "line" | "sentence" | "context";

/** Order in which the budget controller visits contexts (LLMLingua Algorithm 1: by perplexity). */
export type ContextOrder = "perplexity" | "random" | "original";

/** Ready-made settings; single options override them. */
export type PresetName = "default" | "paper" | "microsoft";

export interface Progress {
  /** `coarse`: contexts are scored as they are; `fine`: segments, given what was kept before. */
  readonly stage: "coarse" | "fine";
  /** Scorer tokens done and in all, over both stages; `total` may shrink when contexts are dropped. */
  readonly done: number;
  readonly total: number;
}

export interface CompressOptions {
  readonly preset?: PresetName;
  /** What the size is a size of: the whole prompt (default) or the contexts alone. */
  readonly sizeOf?: "prompt" | "contexts";
  /** Share of the instruction to keep, (0, 1]; default 1 = verbatim; the paper's τ_ins is 0.85. */
  readonly instructionRate?: number;
  /** Share of the question to keep, (0, 1]; default 1 = verbatim; the paper's τ_que is 0.9. */
  readonly questionRate?: number;
  /** Drop whole contexts first (Algorithm 1); default true. */
  readonly contextLevel?: boolean;
  /** Drop whole sentences next; default: where whole contexts leave more than twice what the token stage should get. */
  readonly sentenceLevel?: boolean;
  /** Prune inside what is left (Algorithm 2); default true. Off: the size is met only to a whole context or sentence. */
  readonly tokenLevel?: boolean;
  /** k of Algorithm 1, ≥ 1: how far coarse stages may overfill; default 1.5, paper 2. */
  readonly budgetFactor?: number;
  readonly contextOrder?: ContextOrder;
  /** Score each segment given the compressed ones before it; default true (Table 3: "no iteration"). */
  readonly iterative?: boolean;
  /** One rate for instruction, contexts and question alike; default false (Table 3: "no dynamic ratio"). */
  readonly fixedRate?: boolean;
  /** Scorer tokens in a segment, 8 … 1024; default 100. */
  readonly segmentSize?: number;
  readonly unit?: Unit;
  readonly unitScore?: UnitScore;
  readonly tokenScore?: TokenScore;
  /** Find what recurs across contexts (labels, closing formulas) and keep it first; default true, paper false. */
  readonly structure?: boolean;
  /** Put the strongest separator of a dropped stretch back between its neighbours; default true, paper false. */
  readonly restoreSeparators?: boolean;
  /** Text that must survive verbatim: strings (every occurrence) or regular expressions. */
  readonly protect?: readonly (string | RegExp)[];
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
  /** UTF-16 offsets into `original`, length n + 1. */
  readonly offsets: Uint32Array;
  /** −ln p in nats, given what was kept before; NaN where nothing needed a score. */
  readonly surprisals: Float32Array;
  /** 1 = kept. */
  readonly kept: Uint8Array;
}

export interface CompressTimings {
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
  readonly tokens: ScoredTokens;
  /** What is gone whole: context indexes, and sentences as spans of `original`. */
  readonly dropped: {
    readonly contexts: readonly number[];
    readonly sentences: readonly Span[];
  };
  /** Which settings were used, for the record. */
  readonly preset: PresetName;
  /** Name of the scorer; `none` where nothing had to go. */
  readonly scorer: string;
  readonly timings: CompressTimings;
}
