/**
 * Worker thread that holds an encoder: ONNX Runtime's `run` blocks its thread, so it gets its own.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import type { EncoderSetup } from "./protocol.js";
import { serveEncoder } from "./serve.js";

if (parentPort === null) throw new Error("worker.ts runs as a worker thread of open-worker.ts.");
await serveEncoder(parentPort, workerData as EncoderSetup);
