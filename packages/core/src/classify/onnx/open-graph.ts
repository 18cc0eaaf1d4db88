/**
 * Opens a classifier's graph with ONNX Runtime for Node.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type ClassifierGraph, createClassifierGraph } from "./ort-classifier.js";
import type { ClassifierSetup } from "./worker.js";

/**
 * Opens and checks the graph; `release` frees it.
 *
 * @throws LlmlinguaError `missing-dependency`, `damaged-model`
 */
export async function openClassifierGraph({
  graph: path,
  threads,
  probe,
}: ClassifierSetup): Promise<{ graph: ClassifierGraph; release(): Promise<void> }> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // The arena would keep the largest chunk's activations for good.
    enableCpuMemArena: false,
    // Threads that spin while they wait cost half the speed as soon as others want the cores.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const graph = await createClassifierGraph(runtime, session, path, probe);
    return { graph, release: () => session.release() };
  } catch (cause) {
    await session.release();
    throw cause instanceof LlmlinguaError ? cause : unreadable(path, cause);
  }
}

async function loadRuntime() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new LlmlinguaError(
      "missing-dependency",
      `Running a classifier needs the package onnxruntime-node, which could not be loaded (${reasonOf(cause)}). Install it: npm install onnxruntime-node`,
      { cause },
    );
  }
}

function unreadable(path: string, cause: unknown): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `ONNX Runtime cannot run ${path}: ${reasonOf(cause)}. Fetch the file again, with its .onnx_data if it has one.`,
    { cause },
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
