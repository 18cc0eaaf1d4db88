/**
 * Cancelling: what a fired signal does to work of this folder.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";

/**
 * The outcome of `work`, or an `aborted` error as soon as `signal` fires, whatever `work` does.
 *
 * @throws EvaluationError `aborted`, and whatever `work` throws
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      try {
        throwIfAborted(signal);
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener("abort", stop);
    stop();
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}

/**
 * Waits `ms`, or until `signal` fires.
 *
 * @throws EvaluationError `aborted`
 */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await untilAborted(waited, signal).finally(() => clearTimeout(timer));
}
