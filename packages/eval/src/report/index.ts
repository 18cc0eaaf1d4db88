/**
 * From the records of a run to its reports. Pure: the caller writes the files.
 *
 * @module
 */
import { failuresOf } from "./failures.js";
import { htmlReport } from "./html.js";
import { markdownReport } from "./markdown.js";
import { summarize } from "./summary.js";
import type { Summary } from "./summary-types.js";
import type { ReportInput } from "./types.js";

/** The texts of `report.md` and `report.html`, and what `summary.json` holds. */
export interface Reports {
  readonly markdown: string;
  readonly html: string;
  readonly summary: Summary;
}

/** The same input gives the same bytes. */
export function makeReports(input: ReportInput): Reports {
  const summary = summarize(input);
  const failures = failuresOf(input, summary.metrics[0]);
  return {
    markdown: markdownReport(summary, input.header),
    html: htmlReport(summary, input.header, failures, input.prices),
    summary,
  };
}

export type { Assumptions, Economy, Saving, Threshold, Use } from "./break-even.js";
export type { Latency } from "./latency.js";
export type { OwnInput, OwnRate, OwnResult } from "./own.js";
export type { JudgedItems, JudgeInput } from "./own-judge.js";
export { makeOwnReports, type OwnReports } from "./own-reports.js";
export type { Recommendation, RuleOptions } from "./own-rule.js";
export type {
  Against,
  Billed,
  ConditionSummary,
  Difference,
  Estimate,
  Money,
  Pair,
  Summary,
} from "./summary-types.js";
export type { MethodInfo, ReportInput, TaskInfo, Unit } from "./types.js";
