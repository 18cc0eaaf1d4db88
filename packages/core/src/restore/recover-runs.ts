/**
 * Where runs of words stand in a sequence of words: a suffix array. Pure.
 *
 * Building takes O(n log n), asking O(length of the run · log n), whatever the words are; a table of
 * places per word would be quadratic where words repeat.
 *
 * @module
 */
import { NO_WORD } from "./recover-words.js";

/** A run and every place where it starts. */
export interface Run {
  /** In words; 0: not even the first is there. */
  readonly length: number;
  /** Indexes into the sequence, in no order. */
  readonly places: Int32Array;
  /** The same for equal runs. */
  readonly key: string;
}

/** Finds the longest run of `words` from `from` on, before `to`, that the sequence holds. */
export type RunFinder = (words: ArrayLike<number>, from: number, to: number) => Run;

/** An index over `ids`; {@link NO_WORD} in it or in what is asked for equals nothing. */
export function indexRuns(ids: readonly number[]): RunFinder {
  const order = suffixArray(ids);
  const wordAt = (place: number, depth: number) => ids[order[place] + depth] ?? NO_WORD - 1;
  /** First place from `low` on, before `high`, whose word at `depth` is at least `word`. */
  const firstAtLeast = (word: number, depth: number, low: number, high: number) => {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (wordAt(middle, depth) < word) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return (words, from, to) => {
    let [low, high, length] = [0, order.length, 0];
    while (from + length < to && words[from + length] !== NO_WORD) {
      const word = words[from + length];
      const first = firstAtLeast(word, length, low, high);
      const behind = firstAtLeast(word + 1, length, first, high);
      if (first === behind) break;
      [low, high, length] = [first, behind, length + 1];
    }
    const places = length === 0 ? order.subarray(0, 0) : order.subarray(low, high);
    return { length, places, key: `${low} ${high} ${length}` };
  };
}

/** Starts of all suffixes in the order of the suffixes, by prefix doubling (Manber and Myers, 1990). */
function suffixArray(ids: readonly number[]): Int32Array {
  const n = ids.length;
  let ranks = Int32Array.from(ids, (id) => id - NO_WORD);
  let most = ranks.reduce((highest, rank) => Math.max(highest, rank), 0) + 1;
  let order = sortedBy(
    ranks,
    most,
    Int32Array.from(ids, (_, i) => i),
  );
  for (let width = 1; ; width *= 2) {
    const next = new Int32Array(n);
    most = 0;
    for (let i = 0; i < n; i++) {
      if (i > 0 && !isEqualFor(ranks, order[i - 1], order[i], width)) most++;
      next[order[i]] = most;
    }
    ranks = next;
    if (++most >= n) return order;
    order = sortedBy(ranks, most, bySecondHalf(order, width));
  }
}

/** Whether two suffixes agree in as many words as ranks stand for, and in the rank behind those. */
function isEqualFor(ranks: Int32Array, a: number, b: number, width: number): boolean {
  if (ranks[a] !== ranks[b]) return false;
  if (width === 1) return true;
  return ranks[a + width / 2] === ranks[b + width / 2];
}

/** Suffixes by what follows their first `width` words, those that end there first. */
function bySecondHalf(order: Int32Array, width: number): Int32Array {
  const n = order.length;
  const sorted = new Int32Array(n);
  let at = 0;
  for (let i = Math.max(0, n - width); i < n; i++) sorted[at++] = i;
  for (const start of order) if (start >= width) sorted[at++] = start - width;
  return sorted;
}

/** A stable counting sort of `order` by `ranks`, all below `most`. */
function sortedBy(ranks: Int32Array, most: number, order: Int32Array): Int32Array {
  const ends = new Int32Array(most + 1);
  for (const rank of ranks) ends[rank + 1]++;
  for (let rank = 0; rank < most; rank++) ends[rank + 1] += ends[rank];
  const sorted = new Int32Array(order.length);
  for (const start of order) sorted[ends[ranks[start]]++] = start;
  return sorted;
}
