/**
 * Selective-Context in types: levels, options, and the units it scores.
 *
 * Li et al., 2023 (arXiv 2310.06201), §3.
 *
 * @module
 */
import type { TokenScorer } from "../score/types.js";
import type { Span } from "../text/types.js";

/** What is kept or dropped whole (§3.2). */
export type SelectiveLevel = "sentence" | "phrase" | "token";

/**
 * How a unit's score is made of its tokens' self-information: the original's code takes the mean,
 * the paper (Eq. 3) the sum.
 */
export type PhraseScore = "mean" | "sum";

/** Cuts a sentence into phrases. */
export interface PhraseChunker {
  /** Name for reports, e.g. `wink-noun-phrases`. */
  readonly name: string;
  /**
   * UTF-16 offsets where phrases end, ascending; the last is `sentence.length`. White space leads
   * the phrase after it. Called with one sentence, or with pieces of one longer than 1,024 units.
   */
  ends(sentence: string): readonly number[];
}

/** Options of {@link selectiveUnits}. */
export interface SelectiveUnitsOptions {
  readonly scorer: TokenScorer;
  /** Default `phrase`, as in the original. */
  readonly level?: SelectiveLevel;
  /** Default `mean`, as in the original's code. For sentences and tokens alike. */
  readonly phraseScore?: PhraseScore;
  /**
   * How phrases are found: `english` merges noun phrases, `words` takes the platform's Unicode words,
   * `auto` (default) is `english` for English text and `words` for any other. English needs `wink-nlp`
   * and `wink-eng-lite-web-model`.
   */
  readonly phrases?: "auto" | "english" | "words" | PhraseChunker;
  /** What of the text is read, sorted and disjoint; no sentence reaches over an edge. Default all. */
  readonly spans?: readonly Span[];
  readonly signal?: AbortSignal;
  /** Called with the scorer's tokens scored so far and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}
