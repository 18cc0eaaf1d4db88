/**
 * How far a run is, on standard error: a line that redraws itself for people, one line a tenth otherwise.
 *
 * @module
 */
import type { Io } from "llmlingua/cli-kit";

const REDRAW_MS = 200;
const CLEAR_LINE = "\r\u001b[K";

/** How far what is. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly all: number;
  readonly condition?: string;
}

/** Shows progress as it comes; `clear` takes the line away. */
export function progressLine({ stderr }: Pick<Io, "stderr">, now = () => performance.now()) {
  let [due, tenth, stageShown] = [0, -1, ""];
  return {
    update({ stage, done, all, condition }: Progress) {
      const text = [stage, `${done} / ${all}`, condition ?? ""].join("  ").trimEnd();
      if (stderr.isTTY) {
        if (now() < due && done < all) return;
        due = now() + REDRAW_MS;
        stderr.write(CLEAR_LINE + text);
        return;
      }
      const reached = Math.floor((10 * done) / Math.max(1, all));
      if (stage === stageShown && reached === tenth) return;
      [stageShown, tenth] = [stage, reached];
      stderr.write(`${text}\n`);
    },
    clear() {
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
