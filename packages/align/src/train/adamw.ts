/**
 * AdamW: Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101, Algorithm 2). Pure arithmetic, in place.
 *
 * @module
 */
import type { Adapters, FloatTensor } from "../graphs/index.js";

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Running means of every parameter's gradient and of its square. */
export interface Moments {
  readonly first: Adapters;
  readonly second: Adapters;
}

export interface Update {
  /** Steps done with this one, from 1: how far the means still lean to their start at 0. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** What gradients are multiplied by first, see {@link clipFactor}; default 1. */
  readonly factor?: number;
}

export function zeroMoments(adapters: Adapters): Moments {
  return { first: zeros(adapters), second: zeros(adapters) };
}

/** Changes `adapters` and `moments` by one step. */
export function adamw(
  adapters: Adapters,
  gradients: Adapters,
  { first, second }: Moments,
  { step, learningRate, weightDecay, factor = 1 }: Update,
): void {
  const [bias1, bias2] = [1 - BETA1 ** step, 1 - BETA2 ** step];
  for (const [name, { data: values }] of adapters) {
    const [slopes, means, squares] = [gradients, first, second].map((of) => dataOf(of, name));
    for (let at = 0; at < values.length; at++) {
      const slope = slopes[at] * factor;
      means[at] = BETA1 * means[at] + (1 - BETA1) * slope;
      squares[at] = BETA2 * squares[at] + (1 - BETA2) * slope * slope;
      const change = means[at] / bias1 / (Math.sqrt(squares[at] / bias2) + EPSILON);
      values[at] = values[at] * (1 - learningRate * weightDecay) - learningRate * change;
    }
  }
}

/** Euclidean norm of all tensors together; no number where one of theirs is none. */
export function normOf(tensors: Adapters): number {
  let sum = 0;
  for (const { data } of tensors.values()) {
    for (let at = 0; at < data.length; at++) sum += data[at] * data[at];
  }
  return Math.sqrt(sum);
}

/** Brings gradients of length `norm` to at most `clip`. */
export function clipFactor(norm: number, clip: number): number {
  return norm > clip ? clip / norm : 1;
}

function zeros(like: Adapters): Adapters {
  const empty = ([name, { dims, data }]: [string, FloatTensor]) =>
    [name, { dims, data: new Float32Array(data.length) }] as const;
  return new Map([...like].map(empty));
}

function dataOf(tensors: Adapters, name: string): Float32Array {
  const found = tensors.get(name);
  if (found === undefined) throw new RangeError(`No tensor ${name}.`);
  return found.data;
}
