/**
 * Log-probabilities and gradients of the base model with adapters.
 *
 * @module
 */
import type { Batch } from "./batch.js";
import { askedPositions, runHead } from "./head.js";
import { openModel, type Scaled } from "./model.js";
import { backward, forward } from "./passes.js";
import { defaultThreads } from "./runtime.js";
import type { Adapters, Widths } from "./tensors.js";
import { GRAPHS } from "./weights-index.js";

export interface GraphOptions {
  /** Folder of the base model. */
  readonly base: string;
  /** Folder of the graphs; default this package's own. */
  readonly graphs?: string;
  /** Default the CPUs, half of them on x64 with more than 4; at most 8. */
  readonly threads?: number;
}

export interface StepResult {
  /** −Σ weights · logprobs, nats. */
  readonly loss: number;
  /** Of the loss, for every adapter that was given, by the same names and in the same shapes. */
  readonly gradients: Adapters;
}

export interface TrainingGraphs {
  /** Name of the base model. */
  readonly base: string;
  readonly layers: number;
  readonly widths: Widths;
  /** Tokens that the base reads at most. */
  readonly maxTokens: number;
  /**
   * Log-probabilities, in nats, of the targets that have a weight, row by row.
   *
   * @throws AlignmentError `aborted` between two runs of a graph
   */
  logprobs(batch: Batch, given: Scaled, signal?: AbortSignal): Promise<Float32Array>;
  /** Loss and gradients. Calls must not overlap: they share memory. */
  step(batch: Batch, given: Scaled, signal?: AbortSignal): Promise<StepResult>;
  close(): Promise<void>;
}

/**
 * Checks the base model, reads its weights and opens the graphs: about 0.4 GB, and 0.7 MB more for each token of a batch.
 *
 * @throws AlignmentError `other-base`, `data-missing`
 *
 * @example
 * ```ts
 * import { fileURLToPath } from "node:url";
 * import { openTrainingGraphs } from "@llmlingua/align";
 * import { modelDirectory } from "@llmlingua/model-smollm2-135m";
 *
 * const graphs = await openTrainingGraphs({ base: fileURLToPath(modelDirectory) });
 * console.log(graphs.layers, graphs.widths.q);
 * await graphs.close();
 * ```
 */
export async function openTrainingGraphs({
  base,
  graphs = GRAPHS,
  threads = defaultThreads(),
}: GraphOptions): Promise<TrainingGraphs> {
  const model = await openModel(base, graphs, threads);
  const { buffers, runtime, head } = model;
  return {
    ...{ base: model.base, layers: model.layers, widths: model.widths, maxTokens: model.maxTokens },
    async logprobs(batch, given, signal) {
      const seen = buffers.of(batch.rows, batch.length, false);
      const x = await forward(model, batch, model.feedsOf(given, batch.length), seen, signal);
      return runHead(runtime, head, batch, { x, asked: askedPositions(batch) }, signal);
    },
    async step(batch, given, signal) {
      const seen = buffers.of(batch.rows, batch.length, true);
      const feeds = model.feedsOf(given, batch.length);
      const x = await forward(model, batch, feeds, seen, signal);
      const asked = askedPositions(batch);
      const gradient = seen.gradients[0].data as Float32Array;
      const logprobs = await runHead(runtime, head, batch, { x, asked, gradient }, signal);
      const gradients = await backward(model, given.adapters, feeds, seen, signal);
      const loss = asked.reduce((sum, at, i) => sum - batch.weights[at] * logprobs[i], 0);
      return { loss, gradients };
    },
    close: () => runtime.close(),
  };
}
