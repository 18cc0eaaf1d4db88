/**
 * Okapi BM25 over the texts of one call.
 *
 * The formula is that of the Python package `rank_bm25` (`BM25Okapi`), which the LLMLingua reference
 * ranks with: idf = ln((N − n + ½) / (n + ½)), and a word in more than half of the texts gets ε times
 * the mean idf instead of a negative value. Library notes: docs/adr/0006.
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
  /** Share of the mean idf that a word in more than half of the texts gets; default 0.25. */
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
  epsilon = 0.25,
}: Bm25Options = {}): Ranker {
  checkOption("k1", k1, 0, Number.MAX_VALUE);
  checkOption("b", b, 0, 1);
  checkOption("epsilon", epsilon, 0, 1);
  const split = SPLITTERS[words];
  if (split === undefined) throw invalid("words", words, 'one of "folded", "spaces"');
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
      return okapi(split(query), counted, { k1, b, epsilon });
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

function okapi(
  query: readonly string[],
  texts: readonly CountedText[],
  { k1, b, epsilon }: { readonly k1: number; readonly b: number; readonly epsilon: number },
): Float64Array {
  const idf = inverseFrequencies(texts, epsilon);
  const meanLength = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  return Float64Array.from(texts, ({ length, counts }) => {
    const saturation = k1 * (1 - b + (b * length) / meanLength);
    let score = 0;
    for (const word of query) {
      const count = counts.get(word) ?? 0;
      if (count > 0) score += ((idf.get(word) ?? 0) * count * (k1 + 1)) / (count + saturation);
    }
    return score;
  });
}

/** Word → idf, negative ones replaced by `epsilon` times the mean over all words. */
function inverseFrequencies(texts: readonly CountedText[], epsilon: number): Map<string, number> {
  const idf = new Map<string, number>();
  for (const { counts } of texts) {
    for (const word of counts.keys()) idf.set(word, (idf.get(word) ?? 0) + 1);
  }
  let sum = 0;
  for (const [word, holders] of idf) {
    const value = Math.log(texts.length - holders + 0.5) - Math.log(holders + 0.5);
    idf.set(word, value);
    sum += value;
  }
  const floor = (epsilon * sum) / idf.size;
  for (const [word, value] of idf) if (value < 0) idf.set(word, floor);
  return idf;
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
