/**
 * Adapters: what training changes. Low-rank pairs beside the matrices of a decoder block.
 *
 * @module
 */
import type { FloatTensor } from "@llmlingua/core/onnx";

export type { FloatTensor };

/** The projections of a block that can carry a pair. */
export type Projection = "q" | "k" | "v" | "output" | "gate" | "up" | "down";

/** All of them, in the order of the block. */
export const PROJECTIONS = [
  "q",
  "k",
  "v",
  "output",
  "gate",
  "up",
  "down",
] as const satisfies readonly Projection[];

/** `[inputs, outputs]` of every projection. */
export type Widths = Readonly<Record<Projection, readonly [number, number]>>;

/**
 * `layerI.P.a` [in, rank] and `layerI.P.b` [rank, out] for projections P in `q`, `k`, `v`, `output`, `gate`, `up`,
 * `down`: a layer computes x (W + alpha / rank · a b). Projections without a pair stay as they are.
 */
export type Adapters = ReadonlyMap<string, FloatTensor>;

/** The two names of a pair. */
export function pairNames(layer: number, projection: Projection): readonly [a: string, b: string] {
  return [`layer${layer}.${projection}.a`, `layer${layer}.${projection}.b`];
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
