/**
 * Starts the thread of an encoder.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { LlmlinguaError } from "../../errors.js";
import type { EncoderInfo, EncoderSetup } from "./protocol.js";
import { EncoderClient, type EncoderWorker } from "./worker-client.js";

/** Options of every model loaded from a folder. */
export interface LoadEncoderOptions {
  /** Name for reports and errors; default the folder's. */
  readonly name?: string;
  /** Threads the model computes with; default one per core, at most 4. */
  readonly threads?: number;
  /** The ONNX file inside the folder; default `onnx/model.onnx`, `model.onnx`, `onnx/model_quantized.onnx`. */
  readonly graph?: string;
  /** Most tokens of a text (or pair) that are read; default what the folder says, at most 512. */
  readonly maxTokens?: number;
}

/** How the thread is started; tests put another way in its place. */
export type StartWorker = (setup: EncoderSetup) => EncoderWorker;

/** An encoder in its thread. */
export interface OpenedEncoder {
  readonly name: string;
  readonly info: EncoderInfo;
  readonly client: EncoderClient;
}

/** More threads than this make a small encoder no faster. */
const MOST_THREADS = 4;

/** Where a model is and with how many threads it runs; the defaults of {@link LoadEncoderOptions}. */
export function placeOf(
  directory: string | URL,
  {
    name,
    threads = Math.min(availableParallelism(), MOST_THREADS),
  }: Pick<LoadEncoderOptions, "name" | "threads">,
): { readonly path: string; readonly name: string; readonly threads: number } {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new LlmlinguaError(
      "invalid-option",
      `threads is ${threads}; it must be a whole number of at least 1.`,
    );
  }
  const path = typeof directory === "string" ? resolve(directory) : fileURLToPath(directory);
  return { path, name: name ?? basename(path), threads };
}

/** Opens the model in a folder; what is not of its place goes to the worker as it stands. */
export async function openWorker(
  directory: string | URL,
  options: LoadEncoderOptions & Pick<EncoderSetup, "task" | "pooling" | "normalize">,
  start: StartWorker,
): Promise<OpenedEncoder> {
  const { path, name, threads } = placeOf(directory, options);
  const { name: _, ...rest } = options;
  const client = new EncoderClient(name, start({ ...rest, threads, directory: path }));
  return { name, info: await client.ready(), client };
}

/** A real thread. */
export function startThread(workerData: EncoderSetup): EncoderWorker {
  return new Worker(new URL("./worker.js", import.meta.url), {
    workerData,
    // `node --input-type=module --eval …` would be inherited and refuse a worker that is a file.
    execArgv: process.execArgv.some((flag) => flag.startsWith("--input-type")) ? [] : undefined,
  });
}
