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
  /** Held-out pairs that the losses are of. */
  readonly measured: number;
}

/** The end of a training, and what stands in its messages. */
export interface End extends Pick<Trained, "steps" | "measured" | "stopped" | "reason"> {
  /** Folder of its checkpoint. */
  readonly checkpoint: string;
}

/** @throws AlignmentError `not-better` where no adapters were better than none, however the training ended */
export function resultOf(state: TrainState, end: End): Trained {
  const { checkpoint, ...given } = end;
  const [before] = state.evaluations;
  const best = bestOf(state);
  if (best !== undefined && state.best !== undefined && best.loss < before.loss)
    return { ...given, adapters: state.best, state, before, best };
  const losses =
    best === undefined
      ? ""
      : ` (held-out loss ${before.loss.toFixed(4)} before, ${best.loss.toFixed(4)} at best, nats per answer token)`;
  throw new AlignmentError(
    "not-better",
    `Training ended after step ${state.step} of ${end.steps}: ${end.reason ?? ENDS[end.stopped]}. No adapters were better than none${losses}, so no scorer was written. Lower --learning-rate, or look for what is odd in the pairs; the checkpoint is kept in ${checkpoint}, and --no-resume begins anew with other settings.`,
  );
}

const ENDS = {
  finished: "it ran to its end",
  early: "the held-out loss no longer fell",
  diverged: "it diverged",
} as const satisfies Record<Trained["stopped"], string>;
