/**
 * The base model's weights as its files hold them: integers and scales.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import { sizeOf } from "./tensors.js";
import type { WeightPlace, WeightsIndex } from "./weights-index.js";

export type Weight =
  | { readonly dtype: "int8"; readonly dims: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: "float32"; readonly dims: readonly number[]; readonly data: Float32Array };

/** By the names of `weights.json`. */
export type Weights = ReadonlyMap<string, Weight>;

/**
 * Reads every tensor of the index; about 144 MB of the embedded model.
 *
 * @param folder - the base model, see {@link checkBase}
 */
export async function readWeights(folder: string, index: WeightsIndex): Promise<Weights> {
  const files = new Map<string, FileHandle>();
  const weights = new Map<string, Weight>();
  try {
    for (const [name, place] of Object.entries(index.tensors)) {
      const file = files.get(place.file) ?? (await open(join(folder, place.file)));
      files.set(place.file, file);
      weights.set(name, await readTensor(file, place));
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
  return weights;
}

async function readTensor(file: FileHandle, place: WeightPlace): Promise<Weight> {
  const { offset, dtype, dims } = place;
  const bytes = new Uint8Array(sizeOf(dims) * (dtype === "int8" ? 1 : 4));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) {
      const message = `${place.file} ends at byte ${offset + done}, inside a tensor. Reinstall the package that holds the model.`;
      throw new AlignmentError("other-base", message);
    }
    done += bytesRead;
  }
  if (dtype === "int8") return { dtype, dims, data: new Int8Array(bytes.buffer) };
  return { dtype, dims, data: new Float32Array(bytes.buffer) };
}

/** The tensor of a name; the index is known to have it. */
export function weightOf<T>(weights: ReadonlyMap<string, T>, name: string): T {
  const weight = weights.get(name);
  if (weight !== undefined) return weight;
  throw new AlignmentError(
    "data-missing",
    `weights.json does not name ${name}. Make it again with training/align/export_training_graph.py.`,
  );
}
