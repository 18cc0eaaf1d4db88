/**
 * Worker thread that holds the model: ONNX Runtime's `run` blocks its thread, so it gets its own.
 *
 * @module
 */
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { InferenceSession } from "onnxruntime-node";
import { LlmlinguaError } from "../../errors.js";
import { openAdapter } from "./adapter.js";
import { readManifest } from "./model-folder.js";
import { createOrtGraph } from "./ort-graph.js";
import {
  toErrorRecord,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSetup,
} from "./protocol.js";
import { createScorerSession, type ScorerSession } from "./session.js";
import { verifyFiles } from "./verify.js";

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread of onnx-scorer.ts.");

const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) =>
  port.postMessage(message, transfer);

try {
  const { sessions, inference } = await open(workerData as WorkerSetup);
  let queue: Promise<void> = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    queue = queue.then(() =>
      request.type === "close"
        ? inference.release().then(() => port.close())
        : score(sessions[request.stream], request),
    );
  });
  reply({ type: "ready" });
} catch (error) {
  reply({ type: "failed", error: toErrorRecord(error) });
}

async function open({ directory, threads, verify }: WorkerSetup) {
  const manifest = await readManifest(directory);
  if (verify) await verifyFiles(directory, manifest.files);
  const runtime = await loadRuntime();
  const inference = await runtime.InferenceSession.create(join(directory, manifest.graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // The arena would keep the largest call's logits for good.
    enableCpuMemArena: false,
    // Threads that spin while they wait cost half the speed as soon as others want the cores.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const constants = await openAdapter(runtime, inference, directory, manifest);
  // A memory for each stream, so that texts read in turns do not push each other out; unused ones take no room.
  const memory = () => createScorerSession(createOrtGraph(runtime, inference, manifest, constants));
  return {
    sessions: [memory(), memory(), memory()] as const,
    inference: inference as InferenceSession,
  };
}

async function loadRuntime() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError(
      "missing-dependency",
      `Running the model needs the package onnxruntime-node, which could not be loaded (${reason}). Install it: npm install onnxruntime-node`,
      { cause },
    );
  }
}

async function score(
  session: ScorerSession,
  { id, ids, from, cancelled }: Extract<WorkerRequest, { type: "score" }>,
): Promise<void> {
  const stopWhenCancelled = () => {
    if (Atomics.load(cancelled, 0) === 0) return;
    throw new LlmlinguaError("aborted", "Scoring was cancelled by its AbortSignal.");
  };
  try {
    stopWhenCancelled();
    const logprobs = await session.score(ids, from, stopWhenCancelled);
    reply({ type: "scored", id, logprobs }, [logprobs.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ type: "failed", id, error: toErrorRecord(error) });
  }
}
