/**
 * Several lists as one, so that any beginning is of all of them. Pure.
 *
 * @module
 */

/** The first of every list, then the second of each that has one, and so on. */
export function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat();
}
