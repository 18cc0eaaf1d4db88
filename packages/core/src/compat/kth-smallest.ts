/**
 * One order statistic without sorting the rest.
 *
 * @module
 */

/**
 * The value that would stand at `place` (from 0) if `values` were sorted ascending: Hoare's
 * quickselect, O(n) on average. Rearranges `values`, which must hold no NaN.
 */
export function kthSmallest(values: Float32Array, place: number): number {
  let first = 0;
  let last = values.length - 1;
  while (first < last) {
    const pivot = values[(first + last) >>> 1];
    let left = first;
    let right = last;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const value = values[left];
      values[left++] = values[right];
      values[right--] = value;
    }
    if (place <= right) last = right;
    else if (place >= left) first = left;
    else break;
  }
  return values[place];
}
