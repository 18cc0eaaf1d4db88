/**
 * Which contexts the reference keeps before it looks at words. Pure.
 *
 * @module
 */
import { percentile } from "./percentile.js";
import type { ResolvedSettings } from "./settings.js";

/** The part of the contexts to keep, 0 … 1, from whichever setting decides it. */
export function contextRate(
  settings: ResolvedSettings,
  contexts: number,
  originTokens: number,
): number {
  const { targetContext, targetToken, useTokenLevelFilter } = settings;
  let { contextLevelRate: rate, contextLevelTargetToken: target } = settings;
  if (targetContext <= 0 && rate >= 1 && target <= 0) {
    if (targetToken < 0 && settings.rate < 1) {
      rate = useTokenLevelFilter ? (settings.rate + 1) / 2 : settings.rate;
    }
    if (targetToken >= 0) target = useTokenLevelFilter ? targetToken * 2 : targetToken;
  }
  if (targetContext >= 0) rate = Math.min(targetContext / contexts, 1);
  if (target >= 0) rate = originTokens === 0 ? 1 : Math.min(target / originTokens, 1);
  return rate;
}

/** The mean of the unforced word probabilities, added up in float32; no words: 0 (the reference: an error). */
export function contextScore(p: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const one of p) {
    sum = Math.fround(sum + one);
    count++;
  }
  return count === 0 ? 0 : Math.fround(sum / count);
}

/** Whether each context stays. */
export function keepContexts(
  scores: readonly number[],
  rate: number,
  forceContextIds: readonly number[],
): boolean[] {
  const threshold = percentile(scores, Math.trunc(100 * (1 - rate)), false);
  return scores.map((score, index) => score >= threshold || forceContextIds.includes(index));
}
