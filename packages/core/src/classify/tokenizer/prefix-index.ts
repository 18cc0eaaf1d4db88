/**
 * Which strings of a set begin at a place of a text: a sorted list, narrowed unit by unit. Pure.
 *
 * @module
 */

/** Finds all strings of a set that begin at a place. */
export interface PrefixIndex {
  /** Calls `found` with the index (in the list given) and length of each string that `text` has at `at`, shortest first. */
  eachAt(text: string, at: number, found: (index: number, length: number) => void): void;
}

/** An index over `strings`; the last of equal strings counts. Time per look-up: the longest match. */
export function prefixIndexOf(strings: readonly string[]): PrefixIndex {
  const last = new Map(strings.map((text, index) => [text, index]));
  last.delete("");
  const sorted = [...last.keys()].sort(byUnits);
  const indexes = Uint32Array.from(sorted, (text) => last.get(text) ?? 0);
  const firstOf = new Map<number, number>();
  for (const [place, text] of sorted.entries()) {
    if (!firstOf.has(text.charCodeAt(0))) firstOf.set(text.charCodeAt(0), place);
  }
  return {
    eachAt(text, at, found) {
      let low = firstOf.get(text.charCodeAt(at));
      if (low === undefined) return;
      let high = lowerBound(sorted, 0, text.charCodeAt(at) + 1, low, sorted.length);
      for (let depth = 1; low < high; depth++) {
        // The shortest of those that share the first `depth` units comes first.
        if (sorted[low].length === depth) found(indexes[low++], depth);
        if (low === high || at + depth >= text.length) return;
        const unit = text.charCodeAt(at + depth);
        low = lowerBound(sorted, depth, unit, low, high);
        high = lowerBound(sorted, depth, unit + 1, low, high);
      }
    },
  };
}

/** First place in `low` … `high` whose string has at least `unit` at `depth`. */
function lowerBound(
  sorted: readonly string[],
  depth: number,
  unit: number,
  low: number,
  high: number,
): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle].charCodeAt(depth) < unit) from = middle + 1;
    else to = middle;
  }
  return from;
}

function byUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
