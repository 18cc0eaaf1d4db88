/**
 * `--rate`, `--target-token` and what `--rate auto` must keep → a budget. Pure.
 *
 * @module
 */
import type { AutoRate, Budget, CompressOptions } from "../../index.js";
import { UsageError } from "../errors.js";

export interface SizeValues extends AutoRate {
  readonly rate?: number | "auto";
  readonly targetToken?: number;
}

/** @throws UsageError without a size, and for what only `--rate auto` takes */
export function budgetOf(values: SizeValues): Budget & Pick<CompressOptions, "auto"> {
  const { rate, targetToken, ...auto } = values;
  const given = Object.entries(auto).filter(([, value]) => value !== undefined);
  if (rate === undefined && targetToken === undefined) {
    throw new UsageError(
      "How small? Give --rate R (such as 0.3), --rate auto or --target-token N (such as 500).",
    );
  }
  if (rate !== "auto" && given.length > 0) {
    const flag = given[0][0] === "questionLoss" ? "--question-loss" : `--${given[0][0]}`;
    const size = rate === undefined ? "--target-token" : `--rate ${rate}`;
    throw new UsageError(`${flag} goes with --rate auto, and there is ${size}; give one of them.`);
  }
  if (rate === undefined) return { targetToken: targetToken as number };
  return given.length === 0 ? { rate } : { rate, auto: Object.fromEntries(given) };
}
