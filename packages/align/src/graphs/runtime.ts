/**
 * ONNX Runtime: opens the four graphs, makes tensors, and lets the event loop breathe between runs.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { throwIfAborted } from "../errors.js";
import type { FloatTensor } from "./tensors.js";
import type { Weight } from "./weights.js";

export type Feeds = Readonly<Record<string, Tensor>>;

/** One graph: its inputs are taken by name from more than it needs. */
export interface Graph {
  run(
    given: Feeds,
    into: Readonly<Record<string, Tensor>>,
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>>;
}

export interface Runtime {
  readonly embedding: Graph;
  readonly forward: Graph;
  readonly backward: Graph;
  readonly head: Graph;
  float(data: Float32Array, dims: readonly number[]): Tensor;
  int64(data: BigInt64Array, dims: readonly number[]): Tensor;
  of(weight: Weight | FloatTensor): Tensor;
  close(): Promise<void>;
}

/** Names of the graphs that training runs, without `.onnx`. */
export const TRAINING_GRAPHS = ["embedding", "block-forward", "block-backward", "head"] as const;
/** More threads than this make a small model slower. */
const MOST_THREADS = 8;

/** The CPUs, half of them on x64 with more than 4 (hyper-threads), at most 8; as for the scorer. */
export function defaultThreads(): number {
  const parallel = availableParallelism();
  const cores = process.arch === "x64" && parallel > 4 ? Math.ceil(parallel / 2) : parallel;
  return Math.min(cores, MOST_THREADS);
}

export async function openRuntime(graphs: string, threads: number): Promise<Runtime> {
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Batches have many shapes: a plan of memory for each would only be kept.
    enableMemPattern: false,
    // Threads that spin while they wait cost half the speed as soon as others want the cores.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  const sessions: InferenceSession[] = [];
  for (const name of TRAINING_GRAPHS)
    sessions.push(await InferenceSession.create(join(graphs, `${name}.onnx`), options));
  const [embedding, forward, backward, head] = sessions.map(graphOf);
  return {
    ...{ embedding, forward, backward, head },
    float: (data, dims) => new Tensor("float32", data, dims),
    int64: (data, dims) => new Tensor("int64", data, dims),
    of: ({ data, dims }) =>
      data instanceof Int8Array
        ? new Tensor("int8", data, dims)
        : new Tensor("float32", data, dims),
    async close() {
      for (const session of sessions.splice(0)) await session.release();
    },
  };
}

function graphOf(session: InferenceSession): Graph {
  return {
    async run(given, into, signal) {
      // A run blocks the thread: Ctrl-C is heard between two of them.
      await setImmediate();
      throwIfAborted(signal);
      const feeds = Object.fromEntries(session.inputNames.map((name) => [name, given[name]]));
      const fetches = Object.fromEntries(
        session.outputNames.map((name) => [name, into[name] ?? null]),
      );
      return await session.run(feeds, fetches);
    },
  };
}
