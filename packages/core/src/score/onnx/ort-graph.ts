/**
 * A scorer graph run by ONNX Runtime, its memory shared between past and present.
 *
 * Inputs: `input_ids` int64 [1, sequence]; `target_ids` int64 [1, targets], what follows the last
 * `targets` inputs; `seqlens_k` int32 [1] = past + sequence − 1; `total_sequence_length` int32 scalar
 * = past + sequence; `past_key_i`, `past_value_i` float32 [1, kvHeads, capacity, headSize].
 * Other inputs are constants, the same with every run (see `adapter.ts`).
 * Outputs: `logprobs` float32 [1, targets] in nats; `present_key_i`, `present_value_i`, which are
 * the same buffers as the past.
 *
 * @module
 */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { capacityFor, type KvBuffers, type KvShape, resized } from "./kv-buffer.js";
import type { ScorerGraph } from "./session.js";

/** What of ONNX Runtime is used; `onnxruntime-node` and `onnxruntime-web` both have it. */
export interface OnnxRuntime {
  readonly Tensor: typeof Tensor;
}

/** Shape of the memory and the most rows it may have. */
export type GraphLimits = KvShape & { readonly maxTokens: number };

/** Names of the inputs that are fed here; what a graph wants beyond them must be constants. */
export function ownInputs(layers: number): ReadonlySet<string> {
  const memory = Array.from({ length: layers }, (_, layer) => [
    `past_key_${layer}`,
    `past_value_${layer}`,
  ]);
  const text = ["input_ids", "target_ids", "seqlens_k", "total_sequence_length"];
  return new Set([...text, ...memory.flat()]);
}

/**
 * Wraps an open session of such a graph; its memory is empty.
 *
 * @param constants - inputs that are fed as they are with every run
 */
export function createOrtGraph(
  { Tensor }: OnnxRuntime,
  session: Pick<InferenceSession, "run">,
  limits: GraphLimits,
  constants: Readonly<Record<string, Tensor>> = {},
): ScorerGraph {
  let buffers: KvBuffers | undefined;
  let past: Record<string, Tensor> = {};
  let present: Record<string, Tensor> = {};

  const bindMemory = ({ capacity, keys, values }: KvBuffers) => {
    past = {};
    present = {};
    const dims = [1, limits.kvHeads, capacity, limits.headSize];
    for (let layer = 0; layer < limits.layers; layer++) {
      const key = new Tensor("float32", keys[layer], dims);
      const value = new Tensor("float32", values[layer], dims);
      past[`past_key_${layer}`] = present[`present_key_${layer}`] = key;
      past[`past_value_${layer}`] = present[`present_value_${layer}`] = value;
    }
  };

  return {
    reserve(rows, valid) {
      if (buffers !== undefined && buffers.capacity >= rows) return;
      buffers = resized(limits, capacityFor(rows, limits.maxTokens), buffers, valid);
      bindMemory(buffers);
    },
    async run(inputs, targets, pastRows) {
      const total = pastRows + inputs.length;
      const feeds = {
        ...constants,
        ...past,
        input_ids: new Tensor("int64", BigInt64Array.from(inputs, BigInt), [1, inputs.length]),
        target_ids: new Tensor("int64", BigInt64Array.from(targets, BigInt), [1, targets.length]),
        seqlens_k: new Tensor("int32", Int32Array.of(total - 1), [1]),
        total_sequence_length: new Tensor("int32", Int32Array.of(total), []),
      };
      const { logprobs } = await session.run(feeds, { ...present, logprobs: null });
      return logprobs.data as Float32Array;
    },
  };
}
