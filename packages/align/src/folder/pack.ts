/**
 * Adapters of projections as the adapted scorer takes them: one pair for every stored matrix. Pure.
 *
 * The scorer stores q, k and v side by side in one matrix `qkv`: their `a` lie side by side, their `b` as
 * blocks on a diagonal, so that `(x a) b` is the three updates side by side. The scale goes into `b`.
 *
 * @module
 */
import { AlignmentError } from "../errors.js";
import {
  type Adapters,
  type FloatTensor,
  type Projection,
  pairNames,
  type Widths,
} from "../graphs/index.js";

/** The matrices as the scorer stores them, and the projections in each. */
const MATRICES: readonly (readonly [matrix: string, parts: readonly Projection[]])[] = [
  ["qkv", ["q", "k", "v"]],
  ["output", ["output"]],
  ["gate", ["gate"]],
  ["up", ["up"]],
  ["down", ["down"]],
];

/** Sizes of the model that adapters are for. */
export interface PackShape {
  readonly layers: number;
  readonly widths: Widths;
}

interface Pair {
  /** [in, rank] */
  readonly a: FloatTensor;
  /** [rank, out] */
  readonly b: FloatTensor;
}

/**
 * `layerI.M.a` [in, rank] and `layerI.M.b` [rank, out] for M in `qkv`, `output`, `gate`, `up`, `down`, where
 * rank is the sum of the ranks in the matrix; a projection without a pair has rank 0.
 *
 * @param scale - alpha / rank
 * @throws AlignmentError `other-base` (a name or shape that the model has not), `diverged` (no finite numbers)
 */
export function packAdapters(
  adapters: Adapters,
  scale: number,
  { layers, widths }: PackShape,
): Map<string, FloatTensor> {
  const packed = new Map<string, FloatTensor>();
  const left = new Set(adapters.keys());
  for (let layer = 0; layer < layers; layer++) {
    for (const [matrix, parts] of MATRICES) {
      const pairs = parts.map((part) => {
        const names = pairNames(layer, part);
        for (const name of names) left.delete(name);
        return pairOf(adapters, names, widths[part]);
      });
      packed.set(`layer${layer}.${matrix}.a`, sideBySide(pairs.map(({ a }) => a)));
      packed.set(
        `layer${layer}.${matrix}.b`,
        diagonal(
          pairs.map(({ b }) => b),
          scale,
        ),
      );
    }
  }
  for (const name of left) throw otherBase(name, "which the model has no place for");
  for (const [name, { data }] of packed) if (!data.every(Number.isFinite)) throw notFinite(name);
  return packed;
}

function pairOf(
  adapters: Adapters,
  [nameA, nameB]: readonly [string, string],
  [inputs, outputs]: readonly [number, number],
): Pair {
  const none = (dims: number[]) => ({ dims, data: new Float32Array(0) });
  const a = adapters.get(nameA) ?? none([inputs, 0]);
  const b = adapters.get(nameB) ?? none([0, outputs]);
  const rank = a.dims[1];
  if (!hasDims(a, [inputs, rank])) throw otherBase(nameA, `[${a.dims}], not [${inputs},rank]`);
  if (!hasDims(b, [rank, outputs])) throw otherBase(nameB, `[${b.dims}], not [${rank},${outputs}]`);
  return { a, b };
}

function hasDims({ dims, data }: FloatTensor, [rows, columns]: readonly [number, number]): boolean {
  return (
    dims.length === 2 && dims[0] === rows && dims[1] === columns && data.length === rows * columns
  );
}

/** Matrices with the same rows as one. */
function sideBySide(blocks: readonly FloatTensor[]): FloatTensor {
  const rows = blocks[0].dims[0];
  return placed([rows, sum(blocks, 1)], blocks, () => 0, 1);
}

/** Matrices on the diagonal of one, zeros elsewhere, times `scale`. */
function diagonal(blocks: readonly FloatTensor[], scale: number): FloatTensor {
  return placed([sum(blocks, 0), sum(blocks, 1)], blocks, (row) => row, scale);
}

/** Each block to the right of the last one, at the row that `rowAt` makes of the rows before. */
function placed(
  [rows, columns]: readonly [number, number],
  blocks: readonly FloatTensor[],
  rowAt: (rowsBefore: number) => number,
  scale: number,
): FloatTensor {
  const data = new Float32Array(rows * columns);
  let before = 0;
  let column = 0;
  for (const { dims, data: block } of blocks) {
    const [height, width] = dims;
    const top = rowAt(before);
    for (let at = 0; at < block.length; at++) {
      const row = Math.floor(at / width);
      data[(top + row) * columns + column + (at - row * width)] = block[at] * scale;
    }
    before += height;
    column += width;
  }
  return { dims: [rows, columns], data };
}

function sum(blocks: readonly FloatTensor[], axis: 0 | 1): number {
  return blocks.reduce((total, { dims }) => total + dims[axis], 0);
}

function otherBase(name: string, what: string): AlignmentError {
  return new AlignmentError(
    "other-base",
    `The adapter is for another base model: it has ${name}, ${what}. Train on this base, or give the one it was trained on.`,
  );
}

function notFinite(name: string): AlignmentError {
  return new AlignmentError(
    "diverged",
    `The adapter ${name} has values that are no finite numbers. Train again with a smaller learning rate.`,
  );
}
