/**
 * Holm's correction of p-values for several comparisons. Pure.
 *
 * Holm (1979): the chance of any false alarm stays below the level at which one rejects.
 *
 * @module
 */

/**
 * Corrected p-values in the order given, each at least as large as before and at most 1.
 *
 * @param values - p-values in [0, 1]
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
  const corrected = new Array<number>(values.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, values[index] * (values.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
