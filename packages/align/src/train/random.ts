/**
 * Draws that come out the same on every machine: mulberry32 over the FNV-1a hash of a seed, as `@llmlingua/eval` has it.
 *
 * @module
 */

/** Numbers in [0, 1), one a call. */
export type Random = () => number;

export function randomOf(seed: string): Random {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
