/**
 * What a score can be made of. Pure.
 *
 * @module
 */
/** How a unit's score is made of its tokens' scores. */
export type UnitScore = "mean" | "max" | "sum";

/**
 * What makes a token worth keeping: its own surprisal (the paper), the surprisal of the token
 * after it (what the Python reference does), or a seeded random number (the control).
 */
export type TokenScore = "surprisal" | "next-surprisal" | "random";

/** A number in [0, 1) from a seed and an index; the same everywhere (splitmix32). */
export function randomAt(seed: number, index: number): number {
  let z = (Math.imul(seed ^ 0x5bd1e995, 0x9e3779b9) + Math.imul(index + 1, 0x85ebca6b)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
}
