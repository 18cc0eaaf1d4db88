/**
 * The head: log-probabilities of targets, and the gradient of the loss for the last block's output.
 *
 * @module
 */
import type { Tensor } from "onnxruntime-node";
import type { Batch } from "./batch.js";
import type { Runtime } from "./runtime.js";
import { type Weights, weightOf } from "./weights.js";

/** Positions a call: logits take 4 · vocabulary bytes each, three times. */
const HEAD_ROWS = 256;

/** `head.rows` · `head.scales` as float32 [vocabulary, hidden]. */
export function headTable(weights: Weights, runtime: Pick<Runtime, "float">): Tensor {
  const [rows, scales] = [weightOf(weights, "head.rows"), weightOf(weights, "head.scales")];
  const hidden = rows.dims[1];
  const table = new Float32Array(rows.data.length);
  for (let at = 0; at < table.length; at++) {
    table[at] = rows.data[at] * scales.data[Math.floor(at / hidden)];
  }
  return runtime.float(table, rows.dims);
}

/** Flat positions of a batch that have a weight, in order. */
export function askedPositions({ weights }: Batch): number[] {
  const asked: number[] = [];
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) asked.push(at);
  return asked;
}

/**
 * Runs the head over the asked positions of `x`.
 *
 * @param gradient - [rows · length, hidden], filled where it is given
 * @returns log-probabilities in nats, in the order of `asked`
 */
export async function runHead(
  runtime: Runtime,
  head: Tensor,
  batch: Batch,
  { x, asked, gradient }: { x: Float32Array; asked: readonly number[]; gradient?: Float32Array },
  signal?: AbortSignal,
): Promise<Float32Array> {
  const hidden = head.dims[1];
  const logprobs = new Float32Array(asked.length);
  gradient?.fill(0);
  for (let start = 0; start < asked.length; start += HEAD_ROWS) {
    const part = asked.slice(start, start + HEAD_ROWS);
    const rows = new Float32Array(part.length * hidden);
    for (const [row, at] of part.entries())
      rows.set(x.subarray(at * hidden, (at + 1) * hidden), row * hidden);
    const given = {
      x: runtime.float(rows, [part.length, hidden]),
      targets: runtime.int64(
        BigInt64Array.from(part, (at) => batch.targets[at]),
        [part.length],
      ),
      weights: runtime.float(
        Float32Array.from(part, (at) => batch.weights[at]),
        [part.length],
      ),
      head,
    };
    const made = await runtime.head.run(given, {}, signal);
    logprobs.set(made.logprobs.data as Float32Array, start);
    const slopes = made.d_x.data as Float32Array;
    for (const [row, at] of part.entries())
      gradient?.set(slopes.subarray(row * hidden, (row + 1) * hidden), at * hidden);
  }
  return logprobs;
}
