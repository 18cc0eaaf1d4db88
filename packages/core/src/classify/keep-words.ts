/**
 * Which words stay at a rate. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { ClassifiedWords } from "./classify-words.js";

/** Options of {@link keepWords}. */
export interface KeepWordsOptions {
  /** Part of the words to keep, 0 … 1; of their weight, if they have weights. */
  readonly rate: number;
  /** Over what the likeliest are chosen: `global` (default), the whole text as in the paper; `chunk`, each chunk as in the reference. */
  readonly threshold?: "global" | "chunk";
  /** What each word costs, such as its tokens in the target's tokenizer; default 1. */
  readonly weights?: ArrayLike<number>;
}

type Words = Pick<ClassifiedWords, "p" | "forced" | "chunk">;

/**
 * 1 for every word that stays: forced ones, then the likeliest that fit in `rate`; ties go to the
 * earlier word (Pan et al., 2024, §4.2: the N words of highest probability, N = τ · n).
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function keepWords(
  words: Words,
  { rate, threshold = "global", weights }: KeepWordsOptions,
): Uint8Array {
  if (!(rate >= 0 && rate <= 1)) {
    throw new LlmlinguaError("invalid-option", `rate is ${rate}; it must be from 0 to 1.`);
  }
  const groups = new Map<number, number[]>();
  for (let word = 0; word < words.p.length; word++) {
    const key = threshold === "chunk" ? words.chunk[word] : 0;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [word]);
    else group.push(word);
  }
  const kept = words.forced.slice();
  for (const group of groups.values()) keepLikeliest(kept, group, words.p, rate, weights);
  return kept;
}

function keepLikeliest(
  kept: Uint8Array,
  group: readonly number[],
  p: Float64Array,
  rate: number,
  weights: ArrayLike<number> | undefined,
): void {
  const weightOf = (word: number) => weights?.[word] ?? 1;
  const total = group.reduce((sum, word) => sum + weightOf(word), 0);
  const budget = rate === 1 ? Number.POSITIVE_INFINITY : Math.round(rate * total);
  let spent = 0;
  for (const word of group) if (kept[word] === 1) spent += weightOf(word);
  for (const word of [...group].sort((a, b) => p[b] - p[a] || a - b)) {
    if (kept[word] === 1) continue;
    if (spent + weightOf(word) > budget) break;
    kept[word] = 1;
    spent += weightOf(word);
  }
}
