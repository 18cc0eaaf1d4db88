/**
 * The training: minimises the mean surprisal of the target's answers given their prompts.
 *
 * LLMLingua (Jiang et al., 2023), §4.3, Equation 5: min E[1/N Σ L(x_i, y_i; θ)], here over low-rank adapters.
 *
 * @module
 */
import { AlignmentError } from "../errors.js";
import { zeroMoments } from "./adamw.js";
import { planBatches } from "./batches.js";
import type { CheckpointStore } from "./checkpoint-store.js";
import { measuredOf } from "./held-out.js";
import { initialAdapters } from "./initial.js";
import { resultOf, type Trained } from "./result.js";
import { evaluationSteps } from "./schedule.js";
import type { TrainSettings } from "./settings.js";
import { type Evaluation, evaluationsWithoutBest, smoothed, type TrainState } from "./state.js";
import { type Model, type StepsInput, stepsOf } from "./steps.js";

export interface TrainInput extends StepsInput {
  readonly checkpoints: CheckpointStore;
  /** Steps between checkpoints; there is one at every evaluation, too. Default 20. */
  readonly checkpointSteps?: number;
  onProgress?(progress: TrainProgress): void;
}

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Running mean over steps, nats per answer token. */
  readonly loss?: number;
  readonly heldOut?: Evaluation;
  /** Held-out pairs measured so far, during a measurement. */
  readonly measuring?: { readonly done: number; readonly pairs: number };
  readonly tokensPerSecond?: number;
  readonly secondsLeft?: number;
}

/**
 * Trains, or goes on from the last checkpoint: the result is the same to the byte.
 *
 * @throws AlignmentError `too-few-pairs`, `other-run`, `write-failed`, `aborted` (a checkpoint is written first),
 * `not-better` where no adapters are better than none (the checkpoint is kept)
 */
export async function train(input: TrainInput): Promise<Trained> {
  const { settings, checkpoints, checkpointSteps = 20 } = input;
  if (input.train.length === 0 || input.heldOut.length === 0) throw tooFew(input);
  const plan = planBatches(
    input.train.map(({ ids }) => ids.length),
    settings,
  );
  const due = evaluationSteps(plan.length, settings.evaluations);
  const state = (await checkpoints.read()) ?? startOf(input.model, settings);
  const { step, evaluate } = stepsOf(input, plan, state);
  const measured = measuredOf(input.heldOut).length;
  const show = (done?: number) => {
    const measuring = done === undefined ? undefined : { done, pairs: measured };
    input.onProgress?.({ ...progressOf(state, plan.length), measuring });
  };
  const about = { steps: plan.length, measured, checkpoint: checkpoints.folder };
  const end = (stopped: Trained["stopped"], reason?: string) =>
    resultOf(state, { ...about, stopped, reason });
  try {
    for (;;) {
      show();
      if (due.has(state.step) && state.evaluations.at(-1)?.step !== state.step) {
        const reason = await evaluate(show);
        if (reason !== undefined) return end("diverged", reason);
        show();
      }
      if (due.has(state.step) || state.step % checkpointSteps === 0) await checkpoints.write(state);
      if (state.step === plan.length) return end("finished");
      if (evaluationsWithoutBest(state) >= settings.patience) return end("early");
      const reason = await step();
      if (reason !== undefined) return end("diverged", reason);
    }
  } catch (error) {
    if (!(error instanceof AlignmentError && error.code === "aborted")) throw error;
    await checkpoints.write(state);
    throw cancelled(state, plan.length, checkpoints, error);
  }
}

function startOf({ layers, widths }: Model, settings: TrainSettings): TrainState {
  const adapters = initialAdapters({ ...settings, layers, widths });
  const lists = { evaluations: [], losses: [] };
  const counts = { step: 0, tokens: 0, stepSeconds: 0, seconds: 0 };
  return { ...counts, ...lists, adapters, moments: zeroMoments(adapters), best: undefined };
}

function progressOf(state: TrainState, steps: number): TrainProgress {
  const { step, losses, evaluations, tokens, stepSeconds, seconds } = state;
  const common = { step, steps, loss: smoothed(losses), heldOut: evaluations.at(-1) };
  if (step === 0) return common;
  const secondsLeft = (seconds / step) * (steps - step);
  return { ...common, tokensPerSecond: tokens / stepSeconds, secondsLeft };
}

function tooFew({ train, heldOut }: StepsInput): AlignmentError {
  return new AlignmentError(
    "too-few-pairs",
    `There are ${train.length} pairs to train with and ${heldOut.length} to measure on; at least one of each is needed. Collect more pairs, or change --held-out.`,
  );
}

function cancelled(
  { step }: TrainState,
  steps: number,
  { folder }: CheckpointStore,
  { cause }: AlignmentError,
): AlignmentError {
  return new AlignmentError(
    "aborted",
    `Cancelled after step ${step} of ${steps}. The same command goes on from there; the checkpoint is in ${folder}.`,
    { cause },
  );
}
