/**
 * Sizes of the base model out of the index of its weights. Pure.
 *
 * @module
 */
import type { WeightsIndex } from "../graphs/index.js";
import type { PackShape } from "./pack.js";

/** Layers, and inputs and outputs of every projection; all layers are alike. */
export function shapeOf({ layers, tensors }: Pick<WeightsIndex, "layers" | "tensors">): PackShape {
  const stored = (matrix: string): readonly [number, number] => {
    const [inputs, outputs] = tensors[`layer0.${matrix}.weight`].dims;
    return [inputs, outputs];
  };
  const [hidden, qkv] = stored("qkv");
  const [query] = stored("output");
  const key = (qkv - query) / 2;
  const [output, gate, up, down] = ["output", "gate", "up", "down"].map(stored);
  const widths = { q: [hidden, query], k: [hidden, key], v: [hidden, key] } as const;
  return { layers, widths: { ...widths, output, gate, up, down } };
}
