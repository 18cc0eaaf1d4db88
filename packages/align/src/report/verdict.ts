/**
 * What an estimate allows one to say. Pure.
 *
 * @module
 */
import type { Estimate } from "@llmlingua/eval";
import type { CompressionRow, GeneralSummary } from "./summary.js";

/** `none` where the interval holds 0, or there is no interval. */
export type Direction = "lower" | "higher" | "none";

/** Where a difference lies. */
export function directionOf({ interval }: Pick<Estimate, "interval">): Direction {
  if (interval === undefined) return "none";
  if (interval[1] < 0) return "lower";
  return interval[0] > 0 ? "higher" : "none";
}

/** The level at which a corrected p-value counts. */
const LEVEL = 0.05;

/** The fewest prompts of which so many conditions can show a difference: 2^(1 − prompts) · conditions < level. */
export function fewestPrompts(conditions: number): number {
  return Math.floor(Math.log2(conditions / LEVEL)) + 2;
}

/** What a row allows one to say. Of one prompt with many items nothing follows for others. */
export type RowVerdict =
  | "better"
  | "worse"
  | "better with this prompt"
  | "worse with this prompt"
  | "no difference beyond chance"
  | "too few prompts"
  | "too few items"
  | "not compressed";

/** Whether the aligned scorer did better on a measure: beyond the interval, and after correction. */
export function rowVerdict(row: CompressionRow): RowVerdict {
  const { measure, difference, prompts, pHolm, leastP = 0 } = row;
  const direction = directionOf(difference);
  if (difference.interval === undefined) return "too few items";
  if (pHolm === undefined) return "not compressed";
  // A later step of Holm's corrects by less than `leastP` does.
  if (pHolm >= LEVEL && leastP >= LEVEL) return prompts > 1 ? "too few prompts" : "too few items";
  if (direction === "none" || pHolm >= LEVEL) return "no difference beyond chance";
  const word = (direction === "lower") === (measure === "nll") ? "better" : "worse";
  return prompts === 1 ? `${word} with this prompt` : word;
}

/** Whether general text is as likely as before, as far as the interval says. */
export function forgettingVerdict({ ratio, limit }: GeneralSummary): string {
  const percent = `${(100 * limit).toFixed(0)} %`;
  const { mean, interval } = ratio;
  const isWithin = (value: number) => Math.abs(value - 1) <= limit;
  if (isWithin(mean)) {
    if (interval === undefined) return `within ${percent}, of one passage`;
    const reach = interval.every(isWithin)
      ? "the whole interval"
      : "though the interval reaches further";
    return `within ${percent}, ${reach}`;
  }
  if (mean < 1) return `not within ${percent}, but lower: nothing was forgotten`;
  return `not within ${percent}: general text was forgotten`;
}
