/**
 * Activations that the way back needs, in buffers that are used again for every batch.
 *
 * @module
 */
import type { Tensor } from "onnxruntime-node";
import type { Runtime } from "./runtime.js";

/** Numbers a token that each kept activation takes. */
export type KeptWidths = Readonly<Record<string, number>>;

/** Tensors of one batch, over memory that the next batch uses again. */
export interface Activations {
  /** Input of each layer, and of the head at last: [rows, length, hidden], layers + 1 of them. */
  readonly x: readonly Tensor[];
  /** What each layer's backward graph wants to see besides. */
  readonly kept: readonly Readonly<Record<string, Tensor>>[];
  /** Two places for gradients of x. */
  readonly gradients: readonly [Tensor, Tensor];
}

export interface Buffers {
  /** Valid until the next call. `keep` false: layers share two places for x and one for the rest. */
  of(rows: number, length: number, keep: boolean): Activations;
}

export function createBuffers(
  runtime: Pick<Runtime, "float">,
  layers: number,
  hidden: number,
  widths: KeptWidths,
): Buffers {
  const memory = new Map<string, Float32Array>();
  const take = (name: string, width: number, rows: number, length: number) => {
    const size = rows * length * width;
    const old = memory.get(name);
    const data = old !== undefined && old.length >= size ? old : new Float32Array(size);
    memory.set(name, data);
    return runtime.float(data.subarray(0, size), [rows, length, width]);
  };
  return {
    of(rows, length, keep) {
      const layer = (name: string, width: number, at: number, turns: number) =>
        take(`${name}.${keep ? at : at % turns}`, width, rows, length);
      const entries = Object.entries(widths);
      return {
        x: Array.from({ length: layers + 1 }, (_, at) => layer("x", hidden, at, 2)),
        kept: Array.from({ length: layers }, (_, at) =>
          Object.fromEntries(entries.map(([name, width]) => [name, layer(name, width, at, 1)])),
        ),
        gradients: [take("d.0", hidden, rows, length), take("d.1", hidden, rows, length)],
      };
    },
  };
}
