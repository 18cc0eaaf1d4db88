/**
 * Values that belong together, such as the questions about one prompt: they are no independent draws.
 * Pure.
 *
 * @module
 */

/** Sums of values by cluster, clusters in the order in which they first occur. */
export interface Clusters {
  /** Sum of a cluster's values; one entry a cluster. */
  readonly sums: Float64Array;
  /** Sum of the weights of a cluster's values (> 0), their number unless others are given; one entry a cluster. */
  readonly sizes: Float64Array;
}

/**
 * @param groups - cluster of each value, of the same length; absent = each value its own
 * @param weights - weight of each value (> 0), of the same length; absent = 1
 */
export function clustersOf(
  values: readonly number[],
  groups?: readonly string[],
  weights?: readonly number[],
): Clusters {
  const places = new Map<string, number>();
  const sums: number[] = [];
  const sizes: number[] = [];
  for (const [index, value] of values.entries()) {
    const group = groups === undefined ? String(index) : groups[index];
    const place = places.get(group) ?? places.size;
    places.set(group, place);
    sums[place] = (sums[place] ?? 0) + value;
    sizes[place] = (sizes[place] ?? 0) + (weights === undefined ? 1 : weights[index]);
  }
  return { sums: Float64Array.from(sums), sizes: Float64Array.from(sizes) };
}
