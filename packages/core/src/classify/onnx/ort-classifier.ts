/**
 * A token-classification graph run by ONNX Runtime, one chunk at a time.
 *
 * Inputs: `input_ids`, `attention_mask` and, if the graph asks for it, `token_type_ids`, int64
 * [1, tokens]. Output: `logits` float32 [1, tokens, 2]. Chunks are neither padded nor batched: the
 * result does not depend on what else is read (quantized graphs scale by batch), and memory is that
 * of one chunk.
 *
 * @module
 */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { LlmlinguaError } from "../../errors.js";

/** What of ONNX Runtime is used; `onnxruntime-node` and `onnxruntime-web` both have it. */
export interface OnnxRuntime {
  readonly Tensor: typeof Tensor;
}

/** An open graph. */
export interface ClassifierGraph {
  /** P(label 1) of every token; length that of `ids`, which is at least 1. */
  run(ids: Uint32Array): Promise<Float32Array>;
}

type Session = Pick<InferenceSession, "run" | "inputNames" | "outputNames">;

const INPUTS: readonly string[] = ["input_ids", "attention_mask", "token_type_ids"];

/**
 * Wraps an open session and reads `probe` once.
 *
 * @throws LlmlinguaError `damaged-model` when its inputs or outputs are not those of a token
 * classifier with two labels, naming what was expected and found
 */
export async function createClassifierGraph(
  { Tensor }: OnnxRuntime,
  session: Session,
  path: string,
  probe: Uint32Array,
): Promise<ClassifierGraph> {
  const strange = session.inputNames.filter((name) => !INPUTS.includes(name));
  if (strange.length > 0 || !session.inputNames.includes("input_ids")) {
    throw wrongGraph(path, `the inputs ${INPUTS.join(", ")}`, session.inputNames.join(", "));
  }
  if (!session.outputNames.includes("logits")) {
    throw wrongGraph(path, "the output logits", session.outputNames.join(", "));
  }
  const logitsOf = async (ids: Uint32Array) => {
    const dims = [1, ids.length];
    const values = {
      input_ids: BigInt64Array.from(ids, BigInt),
      attention_mask: new BigInt64Array(ids.length).fill(1n),
      token_type_ids: new BigInt64Array(ids.length),
    };
    const feeds = Object.entries(values)
      .filter(([name]) => session.inputNames.includes(name))
      .map(([name, data]) => [name, new Tensor("int64", data, dims)]);
    return (await session.run(Object.fromEntries(feeds), ["logits"])).logits;
  };
  const { type, dims } = await logitsOf(probe);
  if (type !== "float32" || dims.join() !== `1,${probe.length},2`) {
    const expected = `float32 logits [1, ${probe.length}, 2] for ${probe.length} tokens`;
    throw wrongGraph(path, expected, `${type} [${dims.join(", ")}]`);
  }
  return { run: async (ids) => preserveOf((await logitsOf(ids)).data as Float32Array) };
}

/** softmax(logits)[1] of each pair. */
function preserveOf(logits: Float32Array): Float32Array {
  const p = new Float32Array(logits.length / 2);
  for (let token = 0; token < p.length; token++) {
    p[token] = 1 / (1 + Math.exp(logits[2 * token] - logits[2 * token + 1]));
  }
  return p;
}

function wrongGraph(path: string, expected: string, found: string): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `${path} is no graph of a token classifier: expected ${expected}, found ${found}. Export the checkpoint with optimum-cli export onnx --task token-classification.`,
  );
}
