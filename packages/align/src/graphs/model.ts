/**
 * The base model in memory: weights, graphs, buffers, and what each graph is fed.
 *
 * @module
 */
import type { Tensor } from "onnxruntime-node";
import { checkBase } from "./base.js";
import { type Buffers, createBuffers } from "./buffers.js";
import { headTable } from "./head.js";
import { adaptersOf, storedLayers, widthsOf } from "./layers.js";
import { type Feeds, openRuntime, type Runtime } from "./runtime.js";
import type { Adapters, Widths } from "./tensors.js";
import { readWeights, type Weights, weightOf } from "./weights.js";
import { readWeightsIndex } from "./weights-index.js";

/** Adapters, and what their product is multiplied by: alpha / rank. */
export interface Scaled {
  readonly adapters: Adapters;
  readonly scale: number;
}

export interface OpenModel {
  /** Its name. */
  readonly base: string;
  readonly layers: number;
  readonly widths: Widths;
  /** Tokens that the rotary tables reach. */
  readonly maxTokens: number;
  readonly runtime: Runtime;
  readonly buffers: Buffers;
  /** float32 [vocabulary, hidden]. */
  readonly head: Tensor;
  /** Of the embedding. */
  readonly ends: Feeds;
  /** What every layer's graphs are fed besides activations. */
  feedsOf(given: Scaled, length: number): readonly Feeds[];
}

const ENDS = ["head.rows", "head.scales", "embedding.map"];

/** @throws AlignmentError `other-base`, `data-missing` */
export async function openModel(base: string, graphs: string, threads: number): Promise<OpenModel> {
  const index = await readWeightsIndex(graphs);
  await checkBase(base, index);
  const weights = await readWeights(base, index);
  const runtime = await openRuntime(graphs, threads);
  const widths = widthsOf(weights);
  const stored = storedLayers(weights, index.layers, runtime);
  const shared = sharedFeeds(weights, runtime);
  return {
    ...{ base: index.base, layers: index.layers, widths, runtime },
    maxTokens: weightOf(weights, "cos").dims[0],
    buffers: createBuffers(runtime, index.layers, widths.q[0], keptWidths(widths)),
    head: headTable(weights, runtime),
    ends: Object.fromEntries(ENDS.map((name) => [name, runtime.of(weightOf(weights, name))])),
    feedsOf({ adapters, scale }, length) {
      const same = { ...shared(length), adapter_scale: runtime.float(Float32Array.of(scale), []) };
      return stored.map((weights, layer) => ({
        ...weights,
        ...adaptersOf(layer, adapters, widths, runtime),
        ...same,
      }));
    },
  };
}

/** The rotary tables of the first positions. */
function sharedFeeds(weights: Weights, runtime: Runtime): (length: number) => Feeds {
  const table = (name: string, length: number) => {
    const { data, dims } = weightOf(weights, name);
    const half = dims[1];
    return runtime.float((data as Float32Array).subarray(0, length * half), [length, half]);
  };
  return (length) => ({ cos: table("cos", length), sin: table("sin", length) });
}

/** What a layer's forward graph leaves for its backward graph, by name. */
function keptWidths({ q, k, v, output, gate, up }: Widths) {
  return {
    qkv: q[1] + k[1] + v[1],
    attended: output[0],
    middle: output[1],
    gate: gate[1],
    up: up[1],
  };
}
