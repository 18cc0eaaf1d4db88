/**
 * Progress bar on standard error: only for people, only for work longer than a second.
 *
 * @module
 */
import type { Progress } from "../../index.js";
import { formatCount } from "../format.js";
import type { Output } from "../io.js";

const DELAY_MS = 1000;
const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const CLEAR_LINE = "\r\u001b[K";

const STAGES = {
  rank: "ranking contexts",
  coarse: "reading contexts",
  fine: "picking tokens  ",
} satisfies Record<Progress["stage"], string>;

export interface ProgressBar {
  /** Draws, if it is time to. */
  update(progress: Progress): void;
  /** Takes the bar away. */
  clear(): void;
}

/** A bar whose clock starts now; `now` in milliseconds. */
export function progressBar(
  output: Output,
  now: () => number = () => performance.now(),
): ProgressBar {
  let due = now() + DELAY_MS;
  let drawn = false;
  return {
    update(progress) {
      if (!output.isTTY || now() < due) return;
      due = now() + REDRAW_MS;
      drawn = true;
      output.write(CLEAR_LINE + progressText(progress));
    },
    clear() {
      if (drawn) output.write(CLEAR_LINE);
      drawn = false;
    },
  };
}

/** `reading contexts  [######------]  50 %  1200 / 2400 tokens`. */
export function progressText({ stage, done, total }: Progress): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.floor(share * BAR_WIDTH);
  const bar = "#".repeat(full) + "-".repeat(BAR_WIDTH - full);
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  return `${STAGES[stage]}  [${bar}] ${percent}  ${formatCount(done)} / ${formatCount(total)} tokens`;
}
