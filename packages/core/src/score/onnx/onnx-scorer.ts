/**
 * The default scorer in Node: a model folder, run by ONNX Runtime in a worker thread.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { LlmlinguaError } from "../../errors.js";
import { checkCall } from "../checks.js";
import type { TokenScorer } from "../types.js";
import { readManifest, readTokenizer } from "./model-folder.js";
import type { WorkerSetup } from "./protocol.js";
import { WorkerClient } from "./worker-client.js";

/** Options of {@link loadScorer}. */
export interface LoadScorerOptions {
  /** Threads the model computes with; default one per physical core, at most 8. */
  readonly threads?: number;
  /** Whether to check the files' checksums first; default true. */
  readonly verify?: boolean;
}

/** More threads than this make a small model slower. */
const MOST_THREADS = 8;

/**
 * Opens the model in a folder with a `scorer.json`.
 *
 * The model runs in a worker thread, so the event loop stays free; calls run one after another, and
 * a call that begins like the last one reads only what is new. A process that forgets to `close`
 * still exits.
 *
 * @param directory - path or `file:` URL
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `missing-dependency`, `invalid-option`
 *
 * @example
 * ```ts
 * import { loadScorer } from "@llmlingua/core/onnx";
 * import { modelDirectory } from "@llmlingua/model-smollm2-135m";
 *
 * const scorer = await loadScorer(modelDirectory);
 * const { ids } = scorer.tokenizer.encode("The capital of France is Paris.");
 * const logprobs = await scorer.score(ids, { from: 1 });
 * await scorer.close();
 * ```
 */
export async function loadScorer(
  directory: string | URL,
  { threads = defaultThreads(), verify = true }: LoadScorerOptions = {},
): Promise<TokenScorer> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new LlmlinguaError(
      "invalid-option",
      `threads is ${threads}; it must be a whole number of at least 1.`,
    );
  }
  const path = typeof directory === "string" ? resolve(directory) : fileURLToPath(directory);
  const manifest = await readManifest(path);
  const workerData: WorkerSetup = { directory: path, threads, verify };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData,
    // `node --input-type=module --eval …` would be inherited and refuse a worker that is a file.
    execArgv: process.execArgv.some((flag) => flag.startsWith("--input-type")) ? [] : undefined,
  });
  const client = new WorkerClient(manifest.name, worker);
  await client.ready();
  const tokenizer = await readTokenizer(path, manifest).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  return {
    name: manifest.name,
    tokenizer,
    maxTokens: manifest.maxTokens,
    startToken: manifest.startToken,
    async score(ids, { from = 0, stream, signal } = {}) {
      checkCall(ids, from, manifest);
      return client.score(ids, from, { stream, signal });
    },
    close: () => client.close(),
  };
}

/** Cores without their hyper-threads, which int8 kernels gain nothing from. */
function defaultThreads(): number {
  const parallel = availableParallelism();
  const cores = process.arch === "x64" && parallel > 4 ? Math.ceil(parallel / 2) : parallel;
  return Math.min(cores, MOST_THREADS);
}
