/**
 * BLEU as sacrebleu 2 computes it: tokenizer 13a, case kept, smoothing `exp`. Pure.
 *
 * Papineni et al. (2002); Post (2018), "A Call for Clarity in Reporting BLEU Scores". Of one answer
 * the orders that its length allows count (`effective_order`), of a corpus all four.
 *
 * @module
 */
import { bleuTokens } from "./bleu-tokens.js";
import { ngramCounts } from "./ngrams.js";
import type { AnswerPair, Scores } from "./scores.js";

const ORDERS = [1, 2, 3, 4];

/** Counts that add up over a corpus. */
interface BleuStatistics {
  /** Tokens of the answer, and of the reference that is nearest to it in length. */
  readonly length: number;
  readonly referenceLength: number;
  /** N-grams of the answer that a reference has, and all of them; of orders 1 … 4. */
  readonly correct: readonly number[];
  readonly total: readonly number[];
}

/** `bleu`: sentence BLEU against all references together, 0 … 1 (sacrebleu prints it times 100). */
export function scoreBleu(answer: string, answers: readonly string[]): Scores {
  return { bleu: bleuOf(statisticsOf({ answer, answers }), true) };
}

/** BLEU of all answers of a condition together, 0 … 1, which is not the mean of theirs; 0 of none. */
export function corpusBleu(pairs: Iterable<AnswerPair>): number {
  let sum: BleuStatistics = { length: 0, referenceLength: 0, correct: [], total: [] };
  for (const pair of pairs) sum = added(sum, statisticsOf(pair));
  return bleuOf(sum, false);
}

function statisticsOf({ answer, answers }: AnswerPair): BleuStatistics {
  const tokens = bleuTokens(answer);
  const references = answers.map(bleuTokens);
  const grams = ORDERS.map((order) => ngramCounts(tokens, order));
  const correct = ORDERS.map((order, index) => {
    const counts = references.map((reference) => ngramCounts(reference, order));
    let hits = 0;
    for (const [gram, count] of grams[index]) {
      hits += Math.min(count, Math.max(0, ...counts.map((of) => of.get(gram) ?? 0)));
    }
    return hits;
  });
  return {
    length: tokens.length,
    referenceLength: nearest(
      tokens.length,
      references.map((reference) => reference.length),
    ),
    correct,
    total: ORDERS.map((order) => Math.max(0, tokens.length - order + 1)),
  };
}

/** The length next to `length`, the shorter one of two; 0 of none. */
function nearest(length: number, lengths: readonly number[]): number {
  const sorted = lengths.toSorted((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b);
  return sorted[0] ?? 0;
}

function added(a: BleuStatistics, b: BleuStatistics): BleuStatistics {
  return {
    length: a.length + b.length,
    referenceLength: a.referenceLength + b.referenceLength,
    correct: b.correct.map((value, index) => value + (a.correct[index] ?? 0)),
    total: b.total.map((value, index) => value + (a.total[index] ?? 0)),
  };
}

/** Without any match 0; orders without a match count half, a quarter, … of one (`exp`). */
function bleuOf({ length, referenceLength, correct, total }: BleuStatistics, effective: boolean) {
  if (!correct.some((hits) => hits > 0)) return 0;
  const orders = total.filter((count) => count > 0).length;
  if (orders < ORDERS.length && !effective) return 0;
  let misses = 0;
  let logs = 0;
  for (let index = 0; index < orders; index++) {
    if (correct[index] === 0) misses += 1;
    logs += Math.log((correct[index] || 2 ** -misses) / total[index]);
  }
  const brevity = length < referenceLength ? Math.exp(1 - referenceLength / length) : 1;
  return Math.min(1, brevity * Math.exp(logs / orders));
}
