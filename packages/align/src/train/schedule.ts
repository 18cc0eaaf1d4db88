/**
 * Learning rates and the steps at which the held-out loss is measured. Pure.
 *
 * @module
 */

/** Share of the highest rate that is left at the end. */
const LAST = 0.1;

/**
 * The rate of a step: a line up to `highest` over the first steps, then half a cosine down to a tenth of it.
 *
 * @param step - from 1 to `steps`
 * @param warmup - share of the steps that rise, at least one step
 */
export function learningRateAt(
  step: number,
  { steps, warmup, highest }: { steps: number; warmup: number; highest: number },
): number {
  const rising = Math.max(1, Math.round(warmup * steps));
  if (step <= rising) return (highest * step) / rising;
  const done = (step - rising) / (steps - rising);
  return highest * (LAST + ((1 - LAST) * (1 + Math.cos(Math.PI * done))) / 2);
}

/** The steps after which to measure: 0, and `evaluations` evenly spaced ones up to the last. */
export function evaluationSteps(steps: number, evaluations: number): ReadonlySet<number> {
  const at = Array.from({ length: evaluations }, (_, i) =>
    Math.round(((i + 1) * steps) / evaluations),
  );
  return new Set([0, ...at.filter((step) => step > 0)]);
}
