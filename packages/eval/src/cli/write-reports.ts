/**
 * A run's reports, beside its records.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../errors.js";
import { makeOwnReports, makeReports, type OwnInput, type ReportInput } from "../report/index.js";
import type { RunRecords } from "../run/run.js";
import { assumptionsOf, pricesOf } from "./chosen.js";
import type { Experiment, Opened } from "./experiment.js";

/**
 * Writes `report.md`, `report.html` and `summary.json`, and returns the first.
 *
 * @param partial - why the run is not whole
 */
export async function writeReports(
  { task, methods, groups, scoring, target }: Opened,
  records: RunRecords,
  { flags, report, delta }: Experiment,
  folder: string,
  partial?: string,
): Promise<string> {
  const info = { ...task, metrics: scoring.metrics };
  const given = { prices: pricesOf(flags), assumptions: assumptionsOf(flags), delta };
  const { unit } = flags;
  const input = { ...records, task: info, methods, groups, ...given, unit, partial };
  // Rates are judged by answers; likelihoods alone are compared by method.
  const byAnswers = report === "rates" && target.generate !== undefined;
  const { markdown, html, data } = byAnswers ? ratesReport(input) : methodsReport(input);
  const files = {
    "report.md": markdown,
    "report.html": html,
    "summary.json": `${JSON.stringify(data, null, 2)}\n`,
  };
  for (const [name, text] of Object.entries(files)) await write(join(folder, name), text);
  return markdown;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot write ${path}: ${reason}. The records are kept; the same command makes the report again.`;
    throw new EvaluationError("invalid-option", message, { cause });
  }
}

function ratesReport(input: OwnInput) {
  const { result, ...texts } = makeOwnReports(input);
  return { ...texts, data: result };
}

function methodsReport(input: ReportInput) {
  const { summary, ...texts } = makeReports(input);
  return { ...texts, data: summary };
}
