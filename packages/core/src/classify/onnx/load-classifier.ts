/**
 * LLMLingua-2 classifiers in Node: a checkpoint's folder, run by ONNX Runtime in a worker thread.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { LlmlinguaError } from "../../errors.js";
import { WorkerClient } from "../../score/onnx/worker-client.js";
import { classifierOf } from "../classifier.js";
import type { TokenClassifier } from "../types.js";
import { readCheckpoint } from "./checkpoint.js";
import type { ClassifierSetup } from "./worker.js";

/** Options of {@link loadClassifier}. */
export interface LoadClassifierOptions {
  /** Threads the model computes with; default one per core, at most 8. */
  readonly threads?: number;
  /** The graph's path inside the folder; default the first of `onnx/model.onnx`, `onnx/model_quantized.onnx`, `model.onnx`, `model_quantized.onnx`. */
  readonly graph?: string;
}

const MOST_THREADS = 8;

/**
 * Opens the LLMLingua-2 checkpoint in a folder in hub layout: `config.json`, `tokenizer.json`,
 * `tokenizer_config.json`, `onnx/model.onnx`. Nothing is downloaded.
 *
 * The model runs in a worker thread, so the event loop stays free. A process that forgets to `close`
 * still exits.
 *
 * @param directory - path or `file:` URL
 * @throws LlmlinguaError `unknown-model` (no checkpoint, or one of another kind), `damaged-model`,
 * `unknown-tokenizer`, `missing-dependency`, `invalid-option`
 *
 * @example
 * ```ts
 * import { classifyWords } from "@llmlingua/core/classify";
 * import { loadClassifier } from "@llmlingua/core/classify/onnx";
 *
 * const classifier = await loadClassifier("./llmlingua-2-bert-base-multilingual-cased-meetingbank");
 * const words = await classifyWords("The meeting is on Tuesday, as I said.", classifier);
 * console.log(words.p);
 * await classifier.close();
 * ```
 */
export async function loadClassifier(
  directory: string | URL,
  { threads = Math.min(availableParallelism(), MOST_THREADS), graph }: LoadClassifierOptions = {},
): Promise<TokenClassifier> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new LlmlinguaError(
      "invalid-option",
      `threads is ${threads}; it must be a whole number of at least 1.`,
    );
  }
  const folder = typeof directory === "string" ? resolve(directory) : fileURLToPath(directory);
  const checkpoint = await readCheckpoint(folder, graph);
  const { start, end } = checkpoint.tokenizer.encoderTokens;
  const workerData: ClassifierSetup = {
    graph: checkpoint.graph,
    threads,
    probe: Uint32Array.of(start, end),
  };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData,
    // `node --input-type=module --eval …` would be inherited and refuse a worker that is a file.
    execArgv: process.execArgv.some((flag) => flag.startsWith("--input-type")) ? [] : undefined,
  });
  const client = new WorkerClient(checkpoint.name, worker);
  await client.ready();
  return classifierOf(checkpoint, {
    run: (ids, signal) => client.score(ids, 0, { signal }),
    close: () => client.close(),
  });
}
