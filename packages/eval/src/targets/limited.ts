/**
 * A target that is asked only so often at once, and so often a minute.
 *
 * @module
 */
import pLimit from "p-limit";
import { EvaluationError, throwIfAborted } from "../errors.js";
import { pause, untilAborted } from "./cancel.js";
import type { Target } from "./types.js";

/** Options of {@link limitedTarget}. */
export interface TargetLimits {
  /** Most requests under way at once, at least 1. */
  readonly concurrency: number;
  /** Most requests begun in a minute, evenly spread; above 0, default no limit. Retries are not counted. */
  readonly requestsPerMinute?: number;
}

/**
 * `target`, with what is too much waiting for its turn; a fired signal ends the waiting at once.
 *
 * @throws EvaluationError `invalid-option`
 */
export function limitedTarget(target: Target, limits: TargetLimits): Target {
  const { concurrency, requestsPerMinute } = limits;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    const message = `concurrency is ${concurrency}; it must be a whole number of at least 1.`;
    throw new EvaluationError("invalid-option", message);
  }
  const limit = pLimit(concurrency);
  const turn = turnsOf(requestsPerMinute);
  const inTurn = async <T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> => {
    const asked = limit(async () => {
      throwIfAborted(signal);
      await turn(signal);
      return ask();
    });
    return untilAborted(asked, signal);
  };
  const { generate, likelihood } = target;
  return {
    name: target.name,
    where: target.where,
    ...(generate && {
      generate: (prompt, options) =>
        inTurn(options.signal, () => generate.call(target, prompt, options)),
    }),
    ...(likelihood && {
      likelihood: (prompt, continuation, signal) =>
        inTurn(signal, () => likelihood.call(target, prompt, continuation, signal)),
    }),
    close: () => target.close(),
  };
}

/**
 * Lets so many pass a minute, evenly spread.
 *
 * @throws EvaluationError `invalid-option`
 */
export function turnsOf(
  requestsPerMinute = Number.POSITIVE_INFINITY,
): (signal: AbortSignal | undefined) => Promise<void> {
  if (!(requestsPerMinute > 0)) {
    const message = `requestsPerMinute is ${requestsPerMinute}; it must be a number above 0.`;
    throw new EvaluationError("invalid-option", message);
  }
  const interval = 60_000 / requestsPerMinute;
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    const mine = Math.max(now, next);
    next = mine + interval;
    if (mine > now) await pause(mine - now, signal);
  };
}
