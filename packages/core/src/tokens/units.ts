/**
 * Units: runs of tokens that are kept or dropped together. Pure.
 *
 * A unit ends where a token ends and the text may be cut; a token that spans two words makes them
 * one unit, and a character spread over several tokens is never cut.
 *
 * @module
 */

/** Units as token ranges: unit `u` is tokens `starts[u]` … `starts[u + 1] − 1`; length m + 1. */
export type UnitStarts = Uint32Array;

/** A longer "word" (a blob, an unbroken run) is cut into units of at most this many tokens. */
const MOST_TOKENS = 16;

/**
 * Cuts tokens `from` … `to − 1` into units.
 *
 * @param offsets - token offsets into the text, length n + 1
 * @param boundary - 1 where a unit may end, by UTF-16 offset
 * @param fallback - where an over-long unit may be cut all the same (graphemes); absent: never
 */
export function unitsOf(
  offsets: Uint32Array,
  from: number,
  to: number,
  boundary: Uint8Array,
  fallback?: Uint8Array,
): UnitStarts {
  const starts: number[] = [];
  let start = from;
  for (let end = from + 1; end <= to; end++) {
    const at = offsets[end];
    const isEmpty = at === offsets[start];
    const isLong = fallback !== undefined && end - start >= MOST_TOKENS && fallback[at] === 1;
    if (end < to && (isEmpty || (boundary[at] === 0 && !isLong))) continue;
    starts.push(start);
    start = end;
  }
  starts.push(to);
  return Uint32Array.from(from === to ? [from] : starts);
}
