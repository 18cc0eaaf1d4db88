/**
 * How far a report is, on standard error: a line that redraws itself for people, one line a tenth otherwise.
 *
 * @module
 */
import type { Io } from "llmlingua/cli-kit";
import type { ReportProgress } from "../report/report.js";

const REDRAW_MS = 200;
const CLEAR_LINE = "\r\u001b[K";

/** Shows progress as it comes; `clear` takes the line away. */
export function progressLine({ stderr }: Pick<Io, "stderr">, now = () => performance.now()) {
  let [due, tenth, shown] = [0, -1, ""];
  const update: ReportProgress = (stage, done, all) => {
    const text = `${stage}  ${done} / ${all}`;
    if (stderr.isTTY) {
      if (now() < due && done < all) return;
      due = now() + REDRAW_MS;
      stderr.write(CLEAR_LINE + text);
      return;
    }
    const reached = Math.floor((10 * done) / Math.max(1, all));
    if (stage === shown && reached === tenth) return;
    [shown, tenth] = [stage, reached];
    stderr.write(`${text}\n`);
  };
  return {
    update,
    clear() {
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
