/**
 * How far a training is, on standard error: a line that redraws itself for people, otherwise one a tenth of the steps,
 * at every measurement, and at least every minute.
 *
 * @module
 */
import type { Io } from "llmlingua/cli-kit";
import type { TrainProgress } from "../train/index.js";

const CLEAR_LINE = "\r\u001b[K";
/** The longest silence; what is shown comes with batches, which take seconds. */
const SILENCE_MS = 50_000;

/** Shows progress as it comes; `clear` takes the line away. */
export function trainProgress({ stderr }: Pick<Io, "stderr">, now = () => performance.now()) {
  let [tenth, measured, due] = [-1, -1, 0];
  return {
    update(progress: TrainProgress) {
      const text = progressText(progress);
      if (stderr.isTTY) {
        stderr.write(CLEAR_LINE + text);
        return;
      }
      const reached = Math.floor((10 * progress.step) / progress.steps);
      const evaluated = progress.heldOut?.step ?? -1;
      if (reached === tenth && evaluated === measured && now() < due) return;
      [tenth, measured, due] = [reached, evaluated, now() + SILENCE_MS];
      stderr.write(`${text}\n`);
    },
    clear() {
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}

/** `step 12 / 80  loss 1.432  held out 1.391  214 tokens/s  4 min left`; `measuring 30 / 100` pairs during a measurement. */
export function progressText(progress: TrainProgress): string {
  const { step, steps, loss, heldOut, measuring, tokensPerSecond, secondsLeft } = progress;
  const parts = [
    `step ${step} / ${steps}`,
    loss !== undefined && `loss ${loss.toFixed(3)}`,
    heldOut !== undefined && `held out ${heldOut.loss.toFixed(3)}`,
    measuring !== undefined && `measuring ${measuring.done} / ${measuring.pairs}`,
    tokensPerSecond !== undefined && `${Math.round(tokensPerSecond)} tokens/s`,
    secondsLeft !== undefined && step < steps && `${timeText(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== false).join("  ");
}

/** `40 s`, `12 min`, `1 h 5 min`. */
export function timeText(seconds: number): string {
  if (seconds < 59.5) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
