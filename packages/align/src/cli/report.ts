/**
 * `llmlingua align report`.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { progressLine } from "@llmlingua/eval/cli-kit";
import { examples, type Io } from "llmlingua/cli-kit";
import { makeReport, planReport, type ReportProgress } from "../report/report.js";
import { type ReportFlags, withReportOptions } from "./report-flags.js";
import { planText } from "./report-plan-text.js";
import { requestOf } from "./report-request.js";
import { commandOf } from "./words.js";

const EXAMPLES = examples([
  [
    "llmlingua align report --scorer my-scorer --pairs pairs.jsonl",
    "loss on held-out answers, and what was forgotten",
  ],
  [
    "llmlingua align report --scorer my-scorer --pairs pairs.jsonl --target http://127.0.0.1:8000/v1 --model NAME --task gsm8k --data DIR",
    "also the divergence from the target, and what compression keeps",
  ],
  [
    "llmlingua align report --scorer my-scorer --pairs pairs.jsonl --runs run-base run-aligned",
    "with two runs of llmlingua eval that are there",
  ],
  [
    "llmlingua align report --scorer my-scorer --pairs pairs.jsonl --runs base-1 aligned-1 base-2 aligned-2",
    "the same over several prompts, a pair of runs for each",
  ],
]);

export function addReport(program: Command, io: Io, words: readonly string[]): void {
  const command = program
    .command("report")
    .description("Whether alignment was worth it: an aligned scorer beside its base.")
    .usage("--scorer FOLDER --pairs FILE [options]");
  withReportOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (flags) => {
      await report(flags, commandOf(words), io);
    });
}

async function report(flags: ReportFlags, command: string, io: Io): Promise<void> {
  const request = await requestOf(flags, command, io);
  if (flags.dryRun) {
    io.stderr.write(planText(await planReport(request), request.money?.prices));
    return;
  }
  const line = progressLine(io);
  const onProgress: ReportProgress = (stage, done, all) => line.update({ stage, done, all });
  const made = await makeReport({ ...request, onProgress }).finally(line.clear);
  io.stdout.write(made.markdown);
  if (request.money?.isReached) io.stderr.write("Partial: the spending cap was reached.\n");
  io.stderr.write(
    `Written to ${flags.out}: report.md, summary.json and the records behind them.\n`,
  );
  // The report says so too; the exit code is of failed work.
  for (const failure of made.failures) throw failure;
}
