/**
 * What each layer's graphs are fed besides activations: integers, scales, adapters.
 *
 * @module
 */
import type { Tensor } from "onnxruntime-node";
import type { Feeds, Runtime } from "./runtime.js";
import { type Adapters, PROJECTIONS, pairNames, type Widths } from "./tensors.js";
import { type Weight, type Weights, weightOf } from "./weights.js";

const MATRICES = ["qkv", "output", "gate", "up", "down"];
const PARTS = MATRICES.flatMap((matrix) => [`${matrix}.weight`, `${matrix}.scale`]);

/**
 * Sizes of the base, from the shapes of its first layer; all layers are alike.
 *
 * @param tensors - those of `weights.json`, or the weights read by it
 * @throws AlignmentError `data-missing`
 */
export function widthsOf(tensors: ReadonlyMap<string, Pick<Weight, "dims">>): Widths {
  const stored = (matrix: string) => {
    const [inputs, outputs] = weightOf(tensors, `layer0.${matrix}.weight`).dims;
    return [inputs, outputs] as const;
  };
  const [hidden, qkv] = stored("qkv");
  const query = stored("output")[0];
  const key = (qkv - query) / 2;
  return {
    q: [hidden, query],
    k: [hidden, key],
    v: [hidden, key],
    output: stored("output"),
    gate: stored("gate"),
    up: stored("up"),
    down: stored("down"),
  };
}

/** `M.weight` and `M.scale` of every layer. */
export function storedLayers(
  weights: Weights,
  layers: number,
  runtime: Runtime,
): readonly Readonly<Record<string, Tensor>>[] {
  return Array.from({ length: layers }, (_, layer) =>
    Object.fromEntries(
      PARTS.map((part) => [part, runtime.of(weightOf(weights, `layer${layer}.${part}`))]),
    ),
  );
}

/** `P.a` and `P.b` of a layer; a projection that has none gets a pair of rank 0. */
export function adaptersOf(
  layer: number,
  adapters: Adapters,
  widths: Widths,
  runtime: Runtime,
): Feeds {
  const pairs = PROJECTIONS.flatMap((projection) => {
    const [inputs, outputs] = widths[projection];
    const [a, b] = pairNames(layer, projection);
    const none = (dims: number[]) => ({ dims, data: new Float32Array(0) });
    return [
      [`${projection}.a`, runtime.of(adapters.get(a) ?? none([inputs, 0]))],
      [`${projection}.b`, runtime.of(adapters.get(b) ?? none([0, outputs]))],
    ] as const;
  });
  return Object.fromEntries(pairs);
}
