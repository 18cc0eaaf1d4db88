/**
 * Scores of a segment's units, of the kind that the settings ask for. Pure.
 *
 * @module
 */
import { randomAt } from "../select/unit-scores.js";
import type { Job } from "./job.js";
import type { LiveUnits } from "./live-units.js";

/** One score for each unit listed in `which`, from the job's surprisals (nats). */
export function segmentScores(job: Job, units: LiveUnits, which: readonly number[]): Float32Array {
  const { tokenScore, unitScore, seed } = job.settings;
  return Float32Array.from(which, (u) => {
    const start = units.start[u];
    const end = units.end[u];
    if (tokenScore === "random") return randomAt(seed, start);
    const shift = tokenScore === "next-surprisal" ? 1 : 0;
    return scoreOf(job.surprisals, start + shift, end + shift, unitScore);
  });
}

/** Mean, largest or sum of `values[from … to − 1]`; what has no value does not count. */
export function scoreOf(
  values: Float32Array,
  from: number,
  to: number,
  how: "mean" | "max" | "sum",
): number {
  let sum = 0;
  let max = 0;
  let n = 0;
  for (let t = from; t < Math.min(to, values.length); t++) {
    if (Number.isNaN(values[t])) continue;
    sum += values[t];
    max = Math.max(max, values[t]);
    n++;
  }
  if (how === "sum") return sum;
  if (how === "max") return max;
  return n === 0 ? 0 : sum / n;
}
