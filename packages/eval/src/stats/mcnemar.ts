/**
 * McNemar's exact test of two methods' right and wrong answers to the same questions. Pure.
 *
 * @module
 */

/** What two methods disagree on. */
export interface McNemar {
  /** Items that only the first, and only the second method has right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided exact p-value, in (0, 1]; clusters are not heeded. */
  readonly p: number;
}

/** The test by its two counts: of n fair coins, as few as the smaller or as many as the larger. */
export function mcnemar(onlyFirst: number, onlySecond: number): McNemar {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let logChoices = 0;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logChoices - n * Math.LN2);
    logChoices += Math.log((n - k) / (k + 1));
  }
  return { onlyFirst, onlySecond, p: Math.min(1, Math.max(2 * tail, Number.MIN_VALUE)) };
}
