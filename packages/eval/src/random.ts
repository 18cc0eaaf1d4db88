/**
 * Draws that come out the same on every machine.
 *
 * @module
 */

/** Numbers in [0, 1), one a call. */
export type Random = () => number;

/** A generator for a seed, which may be any text: mulberry32 over the FNV-1a hash of its code points. */
export function randomOf(seed: string | number): Random {
  let state = 0x811c9dc5;
  for (const char of String(seed)) {
    state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return mulberry32(state);
}

/** A generator for a 32-bit state. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
