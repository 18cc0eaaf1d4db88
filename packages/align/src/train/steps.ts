/**
 * The two things that a training does: a step, and a measurement. Both change its state.
 *
 * @module
 */
import type { EncodedPair } from "../encode/index.js";
import { answerTokens, batchOf, type TrainingGraphs } from "../graphs/index.js";
import { adamw, clipFactor, normOf } from "./adamw.js";
import { type BatchPlan, tokenWeight } from "./batches.js";
import { heldOutLoss, measuredOf } from "./held-out.js";
import { copyOf } from "./initial.js";
import { learningRateAt } from "./schedule.js";
import type { TrainSettings } from "./settings.js";
import { bestOf, divergence, type TrainState } from "./state.js";

/** What of the graphs is used. */
export type Model = Pick<TrainingGraphs, "layers" | "widths" | "logprobs" | "step">;

export interface StepsInput {
  readonly model: Model;
  readonly train: readonly EncodedPair[];
  /** The first 100 are measured. */
  readonly heldOut: readonly EncodedPair[];
  readonly settings: TrainSettings;
  readonly signal?: AbortSignal;
}

/** Each says why training cannot go on; undefined while it can. */
export interface Steps {
  step(): Promise<string | undefined>;
  /** @param onBatch - told how many pairs are measured */
  evaluate(onBatch?: (done: number) => void): Promise<string | undefined>;
}

export function stepsOf(input: StepsInput, plan: readonly BatchPlan[], state: TrainState): Steps {
  const { model, train, settings, signal } = input;
  const given = { adapters: state.adapters, scale: settings.alpha / settings.rank };
  const timed = stopwatch(state);
  const weight = tokenWeight(plan, train.map(answerTokens));
  return {
    async step() {
      const pairs = plan[state.step].map((index) => train[index]);
      const batch = batchOf(pairs, weight);
      const made = await timed(() => model.step(batch, given, signal), true);
      const { gradients } = made;
      // Of a sum over tokens that all weigh the same, back to their mean.
      const loss = made.loss / (weight * pairs.reduce((sum, pair) => sum + answerTokens(pair), 0));
      const norm = normOf(gradients);
      const reason = divergence(loss, norm, state);
      if (reason !== undefined) return reason;
      const { warmup, learningRate: highest, weightDecay, clip } = settings;
      const step = state.step + 1;
      const learningRate = learningRateAt(step, { steps: plan.length, warmup, highest });
      const factor = clipFactor(norm, clip);
      adamw(state.adapters, gradients, state.moments, { step, learningRate, weightDecay, factor });
      state.step = step;
      state.losses.push(loss);
      state.tokens += pairs.reduce((sum, { ids }) => sum + ids.length, 0);
      return undefined;
    },
    async evaluate(onBatch) {
      const pairs = measuredOf(input.heldOut);
      const options = { batchTokens: settings.batchTokens, signal, onBatch };
      const loss = await timed(() => heldOutLoss(model, pairs, given, options));
      if (!Number.isFinite(loss)) return `the held-out loss is ${loss}`;
      state.evaluations.push({ step: state.step, loss });
      if (bestOf(state)?.step === state.step) state.best = copyOf(state.adapters);
      return undefined;
    },
  };
}

/** Adds the time of some work to the state, whether it succeeds or not. */
function stopwatch(state: TrainState) {
  return async <T>(work: () => Promise<T>, isStep = false): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - start) / 1000;
      state.seconds += seconds;
      if (isStep) state.stepSeconds += seconds;
    }
  };
}
