/**
 * Which words of a chunk the reference keeps. Pure.
 *
 * @module
 */
import type { Probability } from "./merge-words.js";
import { percentile } from "./percentile.js";

export interface DecideInput {
  /** Words with `▁` where they have it; length n. */
  readonly words: readonly string[];
  /** Length n. */
  readonly p: readonly Probability[];
  /** Tokens a word weighs, length n. */
  readonly weights: readonly number[];
  /** 1 − rate, in (0, 1]. */
  readonly reduceRate: number;
  readonly forceTokens: readonly string[];
  readonly dropConsecutive: boolean;
}

/** 1 for every word that stays. Equal to the threshold is not enough, unless it is 1. */
export function decide(input: DecideInput): Uint8Array {
  const { words, weights, reduceRate, dropConsecutive } = input;
  const kept = new Uint8Array(words.length);
  const p = dropConsecutive ? withoutRepeats(input) : input.p;
  const weighted = p.flatMap((one, index) => new Array<Probability>(weights[index]).fill(one));
  if (weighted.length === 0) return kept;
  const threshold = percentileOf(weighted, Math.trunc(100 * reduceRate + 1));
  const forced = new Set(input.forceTokens);
  let last: string | undefined;
  for (const [index, word] of words.entries()) {
    const { value } = p[index];
    if (!(value > threshold || (threshold === 1 && value === 1))) continue;
    if (dropConsecutive && forced.has(word) && last === word) continue;
    kept[index] = 1;
    last = word;
  }
  return kept;
}

/** A force token equal to the one before it, with nothing likely between, gets probability 0. */
function withoutRepeats({ words, p, reduceRate, forceTokens }: DecideInput): Probability[] {
  const changed = [...p];
  if (p.length === 0) return changed;
  const threshold = percentileOf(p, Math.trunc(100 * reduceRate));
  const forced = new Set(forceTokens);
  let isTokenBetween = false;
  let previous: string | undefined;
  for (const [index, word] of words.entries()) {
    if (!forced.has(word)) {
      isTokenBetween ||= p[index].value > threshold;
      continue;
    }
    if (!isTokenBetween && word === previous) changed[index] = { value: 0, isPython: true };
    isTokenBetween = false;
    previous = word;
  }
  return changed;
}

function percentileOf(p: readonly Probability[], percent: number): number {
  const isFloat64 = p.some(({ isPython }) => isPython);
  return percentile(
    Float64Array.from(p, ({ value }) => value),
    percent,
    isFloat64,
  );
}
