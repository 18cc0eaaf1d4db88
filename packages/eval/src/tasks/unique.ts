/**
 * Names that are their own, where public data has some twice. Pure.
 *
 * @module
 */

/** The first of a name keeps it; later ones get `#1`, `#2` and so on, the first that is free. */
export function withUniqueIds<T extends { readonly id: string }>(all: readonly T[]): T[] {
  const taken = new Set<string>();
  const times = new Map<string, number>();
  return all.map((one) => {
    let n = times.get(one.id) ?? 0;
    let id = n === 0 ? one.id : `${one.id}#${n}`;
    while (taken.has(id)) id = `${one.id}#${++n}`;
    times.set(one.id, n + 1);
    taken.add(id);
    return { ...one, id };
  });
}
