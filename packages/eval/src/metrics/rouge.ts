/**
 * ROUGE-1, ROUGE-2 and ROUGE-L as Google's `rouge-score` 0.1.2 computes them with `use_stemmer`. Pure.
 *
 * Lin (2004). Tokens are runs of a–z and 0–9, so texts in other scripts score 0. ROUGE-L takes a text
 * as one sequence (not `rougeLsum`).
 *
 * @module
 */
import { ngramCounts } from "./ngrams.js";
import { stem } from "./porter.js";
import { best, type Scores } from "./scores.js";

const SHORTEST_STEMMED = 4;

/** `rouge-1`, `rouge-2`, `rouge-l`: F1, 0 … 1; for each the best of the references. */
export function scoreRouge(answer: string, answers: readonly string[]): Scores {
  const got = rougeTokens(answer);
  const wanted = new Map(answers.map((reference) => [reference, rougeTokens(reference)]));
  const bestOf = (score: (got: readonly string[], want: readonly string[]) => number) =>
    best(answers, (reference) => score(got, wanted.get(reference) ?? []));
  return {
    "rouge-1": bestOf((a, b) => rougeN(a, b, 1)),
    "rouge-2": bestOf((a, b) => rougeN(a, b, 2)),
    "rouge-l": bestOf(rougeL),
  };
}

/** Runs of ASCII letters and digits in lower case, those of four characters or more stemmed. */
function rougeTokens(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => (word.length < SHORTEST_STEMMED ? word : stem(word)));
}

function rougeN(got: readonly string[], want: readonly string[], size: number): number {
  const left = ngramCounts(want, size);
  let hits = 0;
  for (const [gram, count] of ngramCounts(got, size)) hits += Math.min(count, left.get(gram) ?? 0);
  return f1(hits, got.length - size + 1, want.length - size + 1);
}

function rougeL(got: readonly string[], want: readonly string[]): number {
  return f1(longestCommonSubsequence(got, want), got.length, want.length);
}

/** Length of the longest common subsequence; one row of the table is kept. */
export function longestCommonSubsequence(
  first: readonly string[],
  second: readonly string[],
): number {
  const row = new Uint32Array(second.length + 1);
  for (const token of first) {
    let diagonal = 0;
    for (let at = 1; at <= second.length; at++) {
      const above = row[at];
      row[at] = token === second[at - 1] ? diagonal + 1 : Math.max(above, row[at - 1]);
      diagonal = above;
    }
  }
  return row[second.length];
}

function f1(hits: number, got: number, want: number): number {
  return hits === 0 ? 0 : (2 * hits) / (got + want);
}
