/**
 * How far a training is: all that the next step depends on, and what it has measured.
 *
 * @module
 */
import type { Adapters } from "../graphs/index.js";
import type { Moments } from "./adamw.js";

export interface Evaluation {
  /** Steps done before it. */
  readonly step: number;
  /** Nats per answer token of the held-out pairs that are measured. */
  readonly loss: number;
}

export interface TrainState {
  /** Steps done. */
  step: number;
  /** Changed in place by every step, as are the moments. */
  readonly adapters: Adapters;
  readonly moments: Moments;
  /** Adapters of the best evaluation after the start. */
  best: Adapters | undefined;
  /** In order; the first is before training. */
  readonly evaluations: Evaluation[];
  /** Loss of every step, nats per answer token of its batch. */
  readonly losses: number[];
  /** Tokens read by steps, padding left out. */
  tokens: number;
  /** Time of the steps, and of all work, over all sittings. */
  stepSeconds: number;
  seconds: number;
}

/** Steps in a row that may be that many times the loss before training. */
const [HIGH_STEPS, HIGH] = [3, 3];
/** Share of the old mean that a new loss leaves. */
const SMOOTH = 0.9;

/** The evaluation with the lowest loss after the start, the first of equals. */
export function bestOf({ evaluations }: Pick<TrainState, "evaluations">): Evaluation | undefined {
  const after = evaluations.filter(({ step }) => step > 0);
  return after.reduce<Evaluation | undefined>(
    (best, one) => (best === undefined || one.loss < best.loss ? one : best),
    undefined,
  );
}

/** Evaluations since the best one. */
export function evaluationsWithoutBest(state: Pick<TrainState, "evaluations">): number {
  const best = bestOf(state);
  return best === undefined ? 0 : state.evaluations.length - 1 - state.evaluations.indexOf(best);
}

/** Why training cannot go on; undefined while it can. */
export function divergence(
  loss: number,
  gradientNorm: number,
  { losses, evaluations }: Pick<TrainState, "losses" | "evaluations">,
): string | undefined {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (!Number.isFinite(gradientNorm)) return `the gradient's norm is ${gradientNorm}`;
  const [before] = evaluations;
  const last = [...losses.slice(1 - HIGH_STEPS), loss];
  if (last.length < HIGH_STEPS || last.some((one) => one <= HIGH * before.loss)) return undefined;
  return `the loss was above ${HIGH} times the one before training (${before.loss.toFixed(3)} nats a token) for ${HIGH_STEPS} steps, ${loss.toFixed(3)} in the last`;
}

/** A running mean of the steps' losses, as progress shows it. */
export function smoothed(losses: readonly number[]): number | undefined {
  return losses.reduce<number | undefined>(
    (mean, loss) => (mean === undefined ? loss : SMOOTH * mean + (1 - SMOOTH) * loss),
    undefined,
  );
}
