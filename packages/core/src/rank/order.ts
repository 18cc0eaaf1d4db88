/**
 * From scores to an order. Pure.
 *
 * @module
 */

/** Indexes from the highest score to the lowest; ties by position. */
export function bestFirst(scores: ArrayLike<number>): number[] {
  return Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b] - scores[a] || a - b,
  );
}

/**
 * Best at both ends, worst in the middle (LongLLMLingua §4.4, against "lost in the middle"): of
 * an order from best to worst, what stands at even places, then the rest reversed.
 */
export function bestAtBothEnds(order: readonly number[]): number[] {
  const even = order.filter((_, place) => place % 2 === 0);
  const odd = order.filter((_, place) => place % 2 === 1);
  return [...even, ...odd.reverse()];
}
