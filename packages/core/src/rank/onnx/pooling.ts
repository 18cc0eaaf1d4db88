/**
 * From the vectors of tokens to one vector of a text. Pure.
 *
 * @module
 */
import type { Pooling } from "./protocol.js";

/**
 * One vector of `size` numbers.
 *
 * @param states - vectors of all tokens of the text, one after another; no padding among them
 */
export function pooled(states: Float32Array, size: number, pooling: Pooling): Float32Array {
  if (pooling === "cls") return states.slice(0, size);
  const tokens = states.length / size;
  const mean = new Float64Array(size);
  for (let index = 0; index < states.length; index++) mean[index % size] += states[index];
  return Float32Array.from(mean, (sum) => sum / tokens);
}

/** The vector at length 1; zeros stay zeros. */
export function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/**
 * The score a classifier gives: the logit of one label, or the probability of the second of two.
 * Undefined for any other number of labels.
 */
export function scoreOfLogits(logits: Float32Array): number | undefined {
  if (logits.length === 1) return logits[0];
  if (logits.length === 2) return 1 / (1 + Math.exp(logits[0] - logits[1]));
  return undefined;
}
