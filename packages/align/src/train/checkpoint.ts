/**
 * A training's state as bytes and JSON, and back. Pure.
 *
 * @module
 */
import { readSafetensors, writeSafetensors } from "@llmlingua/core/onnx";
import { z } from "zod";
import type { Adapters, FloatTensor } from "../graphs/index.js";
import type { TrainState } from "./state.js";

/** What a run is: pairs, base, versions, graphs, and every setting that changes its result. */
export type RunIdentity = Readonly<Record<string, string | number>>;

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** Checks a `state.json`. */
export const checkpointSchema = z.object({
  identity: z.record(z.string(), z.union([z.string(), z.number()])),
  position: z.object({
    step: count,
    evaluations: z.array(z.object({ step: count, loss: z.number() })),
    losses: z.array(z.number()),
    tokens: count,
    stepSeconds: seconds,
    seconds,
  }),
  /** Of the adapters, in their order: sums over them come out the same to the last bit. */
  names: z.array(z.string()).readonly(),
  /** File name beside it. */
  tensors: z.string().regex(/^step-\d+-[0-9a-f]{16}\.safetensors$/),
  /** Of that file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `state.json`. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

const SETS = ["adapters", "first", "second", "best"] as const;

export function packState(
  state: TrainState,
): Pick<Checkpoint, "position" | "names"> & { readonly bytes: Uint8Array } {
  const { adapters, moments, best, ...position } = state;
  const sets = { adapters, ...moments, best: best ?? new Map<string, FloatTensor>() };
  const named = SETS.flatMap((set) =>
    [...sets[set]].map(([name, tensor]) => [`${set}/${name}`, tensor] as const),
  );
  return { bytes: writeSafetensors(new Map(named)), position, names: [...adapters.keys()] };
}

/** @returns undefined where the tensors are not those of the checkpoint */
export function unpackState(
  { position, names, tensors: file }: Checkpoint,
  bytes: Uint8Array,
): TrainState | undefined {
  const { tensors } = readSafetensors(bytes, file);
  const setOf = (set: (typeof SETS)[number]): Adapters =>
    new Map(
      names.flatMap((name) => {
        const tensor = tensors.get(`${set}/${name}`);
        return tensor === undefined ? [] : [[name, tensor] as const];
      }),
    );
  const [adapters, first, second, best] = SETS.map(setOf);
  const isWhole = [adapters, first, second].every(({ size }) => size === names.length);
  if (!isWhole) return undefined;
  return {
    ...position,
    adapters,
    moments: { first, second },
    best: best.size > 0 ? best : undefined,
  };
}
