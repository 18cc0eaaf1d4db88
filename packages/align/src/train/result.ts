/**
 * How a training ends. Pure.
 *
 * @module
 */
import { AlignmentError } from "../errors.js";
import type { Adapters } from "../graphs/index.js";
import { bestOf, type Evaluation, type TrainState } from "./state.js";

export interface Trained {
  /** Of the best evaluation. */
  readonly adapters: Adapters;
  readonly stopped: "finished" | "early" | "diverged";
  /** Of a training that diverged. */
  readonly reason?: string;
  /** Planned; `state.step` of them were done. */
  readonly steps: number;
  readonly state: TrainState;
  readonly before: Evaluation;
  readonly best: Evaluation;
}

/** @throws AlignmentError `diverged` where that came before any adapters that are better than none */
export function resultOf(
  state: TrainState,
  steps: number,
  stopped: Trained["stopped"],
  reason?: string,
): Trained {
  const [before] = state.evaluations;
  const best = bestOf(state);
  const isBetter = best !== undefined && best.loss < before.loss;
  if (best !== undefined && state.best !== undefined && (stopped !== "diverged" || isBetter))
    return { adapters: state.best, stopped, reason, steps, state, before, best };
  throw new AlignmentError(
    "diverged",
    `Training stopped after step ${state.step} of ${steps}: ${reason}. No adapters before were better than none. Lower --learning-rate, or look for what is odd in the pairs.`,
  );
}
