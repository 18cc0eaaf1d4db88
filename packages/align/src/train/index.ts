/**
 * Training of adapters on pairs.
 *
 * @module
 */

export type { Moments } from "./adamw.js";
export type { RunIdentity } from "./checkpoint.js";
export { anew, type CheckpointStore, checkpointStore, type WriteFile } from "./checkpoint-store.js";
export { type HeldOutOptions, heldOutLoss } from "./held-out.js";
export type { Trained } from "./result.js";
export { DEFAULTS, type TrainSettings } from "./settings.js";
export type { Evaluation, TrainState } from "./state.js";
export type { Model, StepsInput } from "./steps.js";
export { type TrainInput, type TrainProgress, train } from "./train.js";
