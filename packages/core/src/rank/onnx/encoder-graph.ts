/**
 * An encoder graph run by ONNX Runtime, one row at a time.
 *
 * One row, not a padded batch: a text's vector then never depends on its neighbours (with 8-bit
 * weights it would), and documents of 100 tokens gain nothing from batches on a CPU (ADR 0006).
 *
 * @module
 */
import type { InferenceSession } from "onnxruntime-node";
import { LlmlinguaError } from "../../errors.js";
import type { EncoderRow } from "./special-tokens.js";

/** One output of the graph for one row. */
export interface GraphOutput {
  readonly data: Float32Array;
  /** The first is 1, the row. */
  readonly dims: readonly number[];
}

/** An open graph. */
export interface EncoderGraph {
  /** Name of the output that is read. */
  readonly output: string;
  run(row: EncoderRow): Promise<GraphOutput>;
  release(): Promise<void>;
}

const INPUTS = ["input_ids", "attention_mask", "token_type_ids"];

/**
 * Opens a graph and checks its inputs and outputs.
 *
 * @param outputs - names that will do, best first
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `missing-dependency`
 */
export async function openEncoderGraph(
  path: string,
  threads: number,
  outputs: readonly string[],
): Promise<EncoderGraph> {
  const runtime = await import("onnxruntime-node").catch((cause: unknown) => {
    throw new LlmlinguaError(
      "missing-dependency",
      "Running an encoder needs the package onnxruntime-node. Install it: npm install onnxruntime-node",
      { cause },
    );
  });
  const session = await openSession(runtime.InferenceSession, path, threads);
  const output = outputs.find((name) => session.outputNames.includes(name));
  const fits = session.inputNames.every((name) => INPUTS.includes(name));
  if (output === undefined || !fits || !session.inputNames.includes("input_ids")) {
    const { inputNames, outputNames } = session;
    await session.release();
    throw new LlmlinguaError(
      "unknown-model",
      `Cannot run ${path}: expected the inputs ${INPUTS.join(", ")} and the output ${outputs.join(" or ")}; found the inputs ${shown(inputNames)} and the outputs ${shown(outputNames)}. Give an encoder exported for this task.`,
    );
  }
  return {
    output,
    async run({ ids, typeIds }) {
      const tensor = (values: readonly number[]) =>
        new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
      const all = {
        input_ids: () => tensor(ids),
        attention_mask: () => tensor(ids.map(() => 1)),
        token_type_ids: () => tensor(typeIds),
      };
      const feeds = Object.fromEntries(
        Object.entries(all)
          .filter(([name]) => session.inputNames.includes(name))
          .map(([name, make]) => [name, make()]),
      );
      const { data, dims } = (await session.run(feeds, [output]))[output];
      if (data instanceof Float32Array) return { data, dims };
      throw new LlmlinguaError(
        "unknown-model",
        `The output ${output} of ${path} is not float32. Export the model with float32 outputs.`,
      );
    },
    release: () => session.release(),
  };
}

async function openSession(
  { create }: Pick<typeof InferenceSession, "create">,
  path: string,
  threads: number,
): Promise<InferenceSession> {
  try {
    return await create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableCpuMemArena: false,
      // Threads that spin while they wait cost half the speed as soon as others want the cores.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError(
      "damaged-model",
      `ONNX Runtime cannot open ${path}: ${reason}. Download or export it again.`,
      { cause },
    );
  }
}

/** Decoders have dozens of inputs: a few show what it is. */
function shown(names: readonly string[]): string {
  return names.slice(0, 5).join(", ") + (names.length > 5 ? " …" : "");
}
