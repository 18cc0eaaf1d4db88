/**
 * Worker thread that holds a classifier: ONNX Runtime's `run` blocks its thread, so it gets its own.
 *
 * Speaks the protocol of the scorer's worker (`score/onnx/protocol.ts`); a `score` request carries a
 * chunk's ids, its answer their probabilities.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { LlmlinguaError } from "../../errors.js";
import { toErrorRecord, type WorkerReply, type WorkerRequest } from "../../score/onnx/protocol.js";
import { openClassifierGraph } from "./open-graph.js";
import type { ClassifierGraph } from "./ort-classifier.js";

/** What the worker is started with. */
export interface ClassifierSetup {
  /** Absolute path of the graph. */
  readonly graph: string;
  readonly threads: number;
  /** A chunk of start and end token, read once to check the graph. */
  readonly probe: Uint32Array;
}

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread of load-classifier.ts.");

const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) =>
  port.postMessage(message, transfer);

try {
  const { graph, release } = await openClassifierGraph(workerData as ClassifierSetup);
  let queue: Promise<void> = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    queue = queue.then(() =>
      request.type === "close" ? release().then(() => port.close()) : answer(graph, request),
    );
  });
  reply({ type: "ready" });
} catch (error) {
  reply({ type: "failed", error: toErrorRecord(error) });
}

async function answer(
  graph: ClassifierGraph,
  { id, ids, cancelled }: Extract<WorkerRequest, { type: "score" }>,
): Promise<void> {
  try {
    if (Atomics.load(cancelled, 0) !== 0) {
      throw new LlmlinguaError("aborted", "Classifying was cancelled by its AbortSignal.");
    }
    const logprobs = await graph.run(ids);
    reply({ type: "scored", id, logprobs }, [logprobs.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ type: "failed", id, error: toErrorRecord(error) });
  }
}
