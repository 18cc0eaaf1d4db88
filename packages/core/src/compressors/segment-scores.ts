/**
 * Scores of a segment's units, of the kind that the settings ask for. Pure.
 *
 * @module
 */
import { randomAt, type UnitScore } from "../select/unit-scores.js";
import type { Job } from "./job.js";
import type { LiveUnits } from "./live-units.js";
import type { ReadingStream } from "./reading-stream.js";

/** One score for each unit listed in `which`, from the job's surprisals (nats). */
export function segmentScores(
  job: Job,
  units: LiveUnits,
  which: readonly number[],
  stream: Pick<ReadingStream, "scoredAt">,
): Float32Array {
  const { tokenScore, unitScore, seed } = job.settings;
  return Float32Array.from(which, (u) => {
    if (tokenScore === "random") return randomAt(seed, units.start[u]);
    const values: number[] = [];
    for (let t = units.start[u]; t < units.end[u]; t++) {
      const surprisal = tokenScoreAt(job, stream.scoredAt(t));
      if (!Number.isNaN(surprisal)) values.push(surprisal);
    }
    return combined(values, unitScore);
  });
}

/** Surprisal, or (LongLLMLingua Eq. 3) how much of it the question takes away. */
function tokenScoreAt({ surprisals, conditioned, settings }: Job, t: number): number {
  const plain = surprisals[t] ?? Number.NaN;
  return settings.contrastive ? plain - (conditioned[t] ?? Number.NaN) : plain;
}

/** Mean, largest or sum of surprisals; 0 of none. */
export function combined(values: readonly number[], how: UnitScore): number {
  if (values.length === 0) return 0;
  if (how === "max") return values.reduce((most, value) => Math.max(most, value));
  const sum = values.reduce((total, value) => total + value, 0);
  return how === "sum" ? sum : sum / values.length;
}
