/**
 * An adapter: tensors that a graph takes as inputs with every run, beside the text, and that never change.
 *
 * Low-rank updates of a model's matrices (Hu et al., 2021) are such: the graph computes `x W + (x A) B`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { LlmlinguaError } from "../../errors.js";
import { type OnnxRuntime, ownInputs } from "./ort-graph.js";
import { type FloatTensor, readSafetensors } from "./safetensors.js";

/** A manifest as far as its adapter goes. */
export interface AdapterPlace {
  readonly name: string;
  readonly graph: string;
  /** Path of a safetensors file, relative to the folder; absent = none. */
  readonly adapter?: string;
  readonly layers: number;
}

/** What a session says of its inputs; shapes only where the runtime gives them. */
export type SessionInputs = Pick<InferenceSession, "inputNames"> &
  Partial<Pick<InferenceSession, "inputMetadata">>;

/**
 * Reads a folder's adapter and checks that it is what the graph wants besides its own inputs.
 *
 * @returns inputs for every run, empty without an adapter
 * @throws LlmlinguaError `damaged-model`, naming file and tensor
 */
export async function openAdapter(
  { Tensor }: OnnxRuntime,
  session: SessionInputs,
  directory: string,
  place: AdapterPlace,
): Promise<Record<string, Tensor>> {
  const tensors = await readAdapter(directory, place.adapter);
  checkAdapter(tensors, session, place);
  const inputs = [...tensors].map(([name, { dims, data }]): [string, Tensor] => [
    name,
    new Tensor("float32", data, dims),
  ]);
  return Object.fromEntries(inputs);
}

async function readAdapter(
  directory: string,
  path: string | undefined,
): Promise<ReadonlyMap<string, FloatTensor>> {
  if (path === undefined) return new Map();
  const bytes = await readFile(join(directory, path)).catch((cause: Error) => {
    throw damaged(`The adapter ${path} in ${directory} cannot be read: ${cause.message}`, cause);
  });
  const { tensors } = readSafetensors(bytes, join(directory, path));
  for (const [name, { data }] of tensors) {
    if (data.every(Number.isFinite)) continue;
    throw damaged(
      `The adapter ${path} in ${directory} has values in ${JSON.stringify(name)} that are no finite numbers`,
    );
  }
  return tensors;
}

/**
 * Checks names and shapes; dimensions that the graph names alike must be of one size.
 *
 * @throws LlmlinguaError `damaged-model`, naming the tensor
 */
export function checkAdapter(
  tensors: ReadonlyMap<string, FloatTensor>,
  { inputNames, inputMetadata = [] }: SessionInputs,
  { name: model, graph, adapter, layers }: AdapterPlace,
): void {
  const own = ownInputs(layers);
  const wanted = new Set(inputNames.filter((name) => !own.has(name)));
  const file = adapter === undefined ? "its scorer.json names no adapter" : `${adapter} lacks it`;
  for (const name of wanted) {
    if (!tensors.has(name)) throw damaged(`${graph} of ${model} wants the tensor ${name}; ${file}`);
  }
  for (const name of tensors.keys()) {
    if (!wanted.has(name))
      throw damaged(`${adapter} of ${model} has the tensor ${name}, which ${graph} does not take`);
  }
  const sizes = new Map<string, number>();
  for (const input of inputMetadata) {
    const dims = tensors.get(input.name)?.dims;
    if (dims === undefined || !input.isTensor || fits(dims, input.shape, sizes)) continue;
    const shape = input.shape.map((size) => sizes.get(String(size)) ?? size);
    throw damaged(
      `${adapter} of ${model} has the tensor ${input.name} of shape [${dims}], and ${graph} wants [${shape}]`,
    );
  }
}

/** Whether dims are as the graph says; `sizes` learns those that it has only names for. */
function fits(
  dims: readonly number[],
  shape: readonly (number | string)[],
  sizes: Map<string, number>,
): boolean {
  return (
    dims.length === shape.length &&
    shape.every((size, index) => {
      if (typeof size === "number") return size === dims[index];
      if (!sizes.has(size)) sizes.set(size, dims[index]);
      return sizes.get(size) === dims[index];
    })
  );
}

function damaged(what: string, cause?: unknown): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `${what}. Write the folder again, or copy it again from where it is whole.`,
    { cause },
  );
}
