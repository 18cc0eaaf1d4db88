/**
 * Okapi BM25 over the texts of one call.
 *
 * The formula is that of the Python package `rank_bm25` (`BM25Okapi`), which the LLMLingua reference
 * ranks with, but for the idf, which as there (`idf: "okapi"`) is ln((N − n + ½) / (n + ½)), where a
 * word in more than half of the texts gets ε times the mean idf instead of a negative value; with few
 * texts that fails (docs/adr/0006, which also says why no library).
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { breather } from "../schedule.js";
import type { Ranker } from "./types.js";
import { foldedWords, spaceSeparated, type WordSplitter } from "./words.js";

/** Options of {@link bm25}. */
export interface Bm25Options {
  /**
   * What counts as a word: `folded` (default) takes the platform's words with case and compatibility
   * forms folded; `spaces` splits on single spaces and keeps case, as the Python reference does.
   */
  readonly words?: "folded" | "spaces";
  /** How fast a repeated word stops counting; at least 0, default 1.5. */
  readonly k1?: number;
  /** How much a long text is held against it, from 0 to 1; default 0.75. */
  readonly b?: number;
  /**
   * How much a rare word counts. `lucene` (default) is ln(1 + (N − n + ½) / (n + ½)), above 0 for any
   * number of texts. `okapi` is `rank_bm25`'s: of two texts it gives the one that holds a word alone
   * 0 for it.
   */
  readonly idf?: "okapi" | "lucene";
  /** With `okapi`: share of the mean idf that a word in more than half of the texts gets; default 0.25. */
  readonly epsilon?: number;
}

const SPLITTERS = {
  folded: foldedWords,
  spaces: spaceSeparated,
} satisfies Record<NonNullable<Bm25Options["words"]>, WordSplitter>;

/**
 * Ranks by words shared with the query, rare words counting more; needs no model.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function bm25({
  words = "folded",
  k1 = 1.5,
  b = 0.75,
  idf = "lucene",
  epsilon = 0.25,
}: Bm25Options = {}): Ranker {
  checkOption("k1", k1, 0, Number.MAX_VALUE);
  checkOption("b", b, 0, 1);
  checkOption("epsilon", epsilon, 0, 1);
  if (!Object.hasOwn(SPLITTERS, words)) throw invalid("words", words, '"folded" or "spaces"');
  const split = SPLITTERS[words];
  if (idf !== "okapi" && idf !== "lucene") throw invalid("idf", idf, '"okapi" or "lucene"');
  return {
    name: "bm25",
    async score(query, texts, { signal } = {}) {
      const { pause } = breather(signal);
      const counted: CountedText[] = [];
      for (const text of texts) {
        await pause();
        counted.push(countWords(split(text)));
      }
      await pause();
      return scoresOf(split(query), counted, { k1, b, idf, epsilon });
    },
  };
}

interface CountedText {
  /** Words in all. */
  readonly length: number;
  /** How often each word occurs. */
  readonly counts: ReadonlyMap<string, number>;
}

function countWords(words: readonly string[]): CountedText {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { length: words.length, counts };
}

function scoresOf(
  query: readonly string[],
  texts: readonly CountedText[],
  { k1, b, idf, epsilon }: Required<Omit<Bm25Options, "words">>,
): Float64Array {
  const holders = holdersOf(texts);
  const weights =
    idf === "okapi"
      ? okapiWeights(holders, texts.length, epsilon)
      : luceneWeights(holders, texts.length);
  const meanLength = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  return Float64Array.from(texts, ({ length, counts }) => {
    const saturation = k1 * (1 - b + (b * length) / meanLength);
    let score = 0;
    for (const word of query) {
      const count = counts.get(word) ?? 0;
      if (count > 0) score += ((weights.get(word) ?? 0) * count * (k1 + 1)) / (count + saturation);
    }
    return score;
  });
}

/** Word → number of texts that hold it. */
function holdersOf(texts: readonly CountedText[]): Map<string, number> {
  const holders = new Map<string, number>();
  for (const { counts } of texts) {
    for (const word of counts.keys()) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  return holders;
}

/** Negative values are replaced by `epsilon` times the mean over all words, itself maybe negative. */
function okapiWeights(holders: ReadonlyMap<string, number>, texts: number, epsilon: number) {
  const weights = new Map<string, number>();
  let sum = 0;
  for (const [word, count] of holders) {
    const weight = Math.log(texts - count + 0.5) - Math.log(count + 0.5);
    weights.set(word, weight);
    sum += weight;
  }
  const floor = (epsilon * sum) / weights.size;
  for (const [word, weight] of weights) if (weight < 0) weights.set(word, floor);
  return weights;
}

function luceneWeights(holders: ReadonlyMap<string, number>, texts: number) {
  return new Map(
    Array.from(holders, ([word, count]) => [
      word,
      Math.log(1 + (texts - count + 0.5) / (count + 0.5)),
    ]),
  );
}

function checkOption(option: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw invalid(option, value, `a number from ${least} to ${most}`);
}

function invalid(option: string, value: unknown, expected: string): LlmlinguaError {
  return new LlmlinguaError(
    "invalid-option",
    `The BM25 option ${option} is ${String(value)}; it must be ${expected}.`,
  );
}
