/**
 * A training's state as bytes and JSON, and back. Pure.
 *
 * @module
 */
import { readSafetensors, writeSafetensors } from "@llmlingua/core/onnx";
import type { Adapters, FloatTensor } from "../graphs/index.js";
import type { TrainState } from "./state.js";

/** What a run is: pairs, base and every setting that changes its result. */
export type RunIdentity = Readonly<Record<string, string | number>>;

/** `state.json`. */
export interface Checkpoint {
  readonly identity: RunIdentity;
  readonly position: Position;
  /** Of the adapters, in their order: sums over them come out the same to the last bit. */
  readonly names: readonly string[];
  /** File name beside it. */
  readonly tensors: string;
  /** Of that file. */
  readonly sha256: string;
}

type Position = Pick<
  TrainState,
  "step" | "evaluations" | "losses" | "tokens" | "stepSeconds" | "seconds"
>;

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

export function unpackState(
  { position, names, tensors: file }: Checkpoint,
  bytes: Uint8Array,
): TrainState {
  const { tensors } = readSafetensors(bytes, file);
  const setOf = (set: (typeof SETS)[number]): Adapters =>
    new Map(
      names.flatMap((name) => {
        const tensor = tensors.get(`${set}/${name}`);
        return tensor === undefined ? [] : [[name, tensor] as const];
      }),
    );
  const best = setOf("best");
  return {
    ...position,
    adapters: setOf("adapters"),
    moments: { first: setOf("first"), second: setOf("second") },
    best: best.size === 0 ? undefined : best,
  };
}
