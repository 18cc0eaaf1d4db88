/**
 * One experiment: models are opened, the run is done, reports are written, everything is closed.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadClassifier } from "@llmlingua/core/classify/onnx";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import {
  loadTokenCounter,
  type TokenClassifier,
  type TokenCounter,
  type TokenScorer,
} from "llmlingua";
import { type Io, UsageError } from "llmlingua/cli-kit";
import { EvaluationError } from "../errors.js";
import type { Method } from "../methods/index.js";
import { makeOwnReports, makeReports, type ReportInput } from "../report/index.js";
import { suits } from "../run/conditions.js";
import { estimateOf } from "../run/estimate.js";
import { type RunRecords, run } from "../run/run.js";
import type { RunConfig } from "../run/types.js";
import type { Target } from "../targets/index.js";
import type { Group, Sizes, Task } from "../tasks/types.js";
import { methodsOf, pricesOf, sizesOf } from "./chosen.js";
import { circumstancesOf } from "./circumstances.js";
import { estimateText } from "./estimate-text.js";
import type { RunFlags } from "./flags.js";
import { EMBEDDED, givesLikelihoods, noTarget, openTarget } from "./open-target.js";
import { progressLine } from "./progress.js";
import { openScoring, type Scoring } from "./scoring.js";

/** An experiment as it was asked for. */
export interface Experiment {
  readonly task: Task;
  readonly flags: RunFlags;
  /** The task's own choices. */
  readonly choices: Readonly<Record<string, string>>;
  /** The words behind `llmlingua eval`. */
  readonly words: readonly string[];
  /** What is reported: methods compared, or what each rate of the user's own prompts keeps. */
  readonly report: "methods" | "rates";
}

/** What an experiment works with while it is open. */
interface Opened {
  readonly task: Task;
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly groups: readonly Group[];
  readonly counter: TokenCounter;
  readonly scorer: TokenScorer;
  readonly classifier?: TokenClassifier;
  readonly target: Target;
  readonly scoring: Scoring;
}

/** What came of it; nothing where it was a dry run. */
export interface Done {
  readonly records: RunRecords;
  /** `report.md`. */
  readonly markdown: string;
  readonly folder: string;
}

/** Does an experiment and writes its reports beside its records. */
export async function work(experiment: Experiment, io: Io): Promise<Done | undefined> {
  const { flags, choices } = experiment;
  const methods = methodsOf(flags, experiment.task);
  const sizes = sizesOf(flags, experiment.task);
  pricesOf(flags);
  const task = {
    ...experiment.task,
    maxNewTokens: flags.maxNewTokens ?? experiment.task.maxNewTokens,
  };
  const counter = await loadTokenCounter(flags.tokenizer);
  const count = (text: string) => counter.count(text);
  const { data, items, skip, seed } = flags;
  const groups = await task.load({ data, items, skip, seed, count, choices });
  checkMethods(methods, groups);
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(model: T): T => {
    open.push(model);
    return model;
  };
  try {
    const scoring = keep(await openScoring(task, groups, flags.encoder));
    const scorer = keep(await loadScorer(flags.scorer ?? modelDirectory));
    const classifier =
      flags.classifier === undefined ? undefined : keep(await loadClassifier(flags.classifier));
    const target = flags.compressOnly
      ? noTarget
      : await openTarget({ flags, counter, scorer, env: io.env });
    const opened = { task, methods, sizes, groups, counter, scorer, classifier, target, scoring };
    return await workOn(opened, experiment, io);
  } finally {
    for (const model of open) await model.close();
  }
}

/** @throws UsageError where no prompt of the task is of the kind that the methods need */
function checkMethods(methods: readonly Method[], groups: readonly Group[]): void {
  const suited = methods.filter((method) => groups.some((group) => suits(method, group)));
  if (suited.length > 0) return;
  const names = methods.map(({ name, needs }) => `${name} (needs a ${needs})`).join(", ");
  throw new UsageError(`No prompt of this task suits ${names}. Give other --methods.`);
}

async function workOn(opened: Opened, experiment: Experiment, io: Io): Promise<Done | undefined> {
  const { flags } = experiment;
  const { task, target, counter, scoring } = opened;
  const prices = pricesOf(flags);
  const likelihoods =
    flags.likelihoods &&
    (flags.dryRun ? target.likelihood !== undefined : await givesLikelihoods(target, io.signal));
  const generates = task.maxNewTokens > 0 && target.generate !== undefined;
  if (!flags.compressOnly) checkAsks(opened, generates, likelihoods);
  const count = (text: string) => counter.count(text);
  const estimate = estimateOf({ ...opened, count, generates, likelihoods, prices });
  io.stderr.write(estimateText(estimate, target, likelihoods, generates));
  if (flags.dryRun) return undefined;
  const folder = flags.out ?? join("llmlingua-eval", task.name);
  const line = progressLine(io);
  let broken: { readonly found: RunRecords; readonly why: string } | undefined;
  const records = await run({
    ...opened,
    score: scoring.score,
    config: configOf(opened, experiment),
    circumstances: await circumstancesOf(experiment.words),
    folder,
    likelihoods,
    compressOnly: flags.compressOnly,
    concurrency: flags.concurrency,
    prices,
    cap: flags.maxCost,
    signal: io.signal,
    onProgress: line.update,
    onBroken: (found, error) => {
      broken = { found, why: error instanceof Error ? error.message : String(error) };
    },
  })
    .finally(line.clear)
    .catch(async (error: unknown) => {
      // What was answered is reported all the same.
      if (broken === undefined || broken.found.results.length === 0) throw error;
      await writeReports(opened, broken.found, experiment, folder, broken.why);
      io.stderr.write(`A report of what was answered until then is in ${folder}.\n`);
      throw error;
    });
  if (flags.compressOnly) {
    io.stderr.write(
      `Written to ${folder}: prompts.jsonl. Without --compress-only the run goes on.\n`,
    );
    return undefined;
  }
  return { records, folder, markdown: await writeReports(opened, records, experiment, folder) };
}

/** @throws UsageError where nothing could be asked, or nothing that is asked could be compared */
function checkAsks({ target, groups }: Opened, generates: boolean, likelihoods: boolean): void {
  if (generates) return;
  const hasGold = groups.some(({ items }) => items.some(({ gold }) => gold !== ""));
  if (likelihoods && hasGold) return;
  const what = likelihoods
    ? "likelihoods alone, and no item says what is expected"
    : "no likelihoods, and no answers are asked for";
  throw new UsageError(
    `The target ${target.name} gives ${what}. Give --target URL --model NAME of a model that answers.`,
  );
}

function configOf(opened: Opened, { flags, choices }: Experiment): RunConfig {
  const { task, methods, sizes, counter, scorer, target } = opened;
  return {
    task: task.name,
    target: {
      name: target.name,
      where: target.where,
      ...(target.generate && flags.target !== EMBEDDED && { api: flags.api }),
    },
    methods: methods.map(({ name }) => name),
    sizes: { ...sizes },
    ...(flags.items !== undefined && { items: flags.items }),
    skip: flags.skip,
    seed: flags.seed,
    choices,
    tokenizer: counter.name,
    scorer: scorer.name,
    maxNewTokens: task.maxNewTokens,
    timed: flags.timed === true,
    ...(flags.classifier !== undefined && { classifier: flags.classifier }),
    ...(flags.encoder !== undefined && { encoder: flags.encoder }),
  };
}

/** Writes `report.md`, `report.html` and `summary.json`, and returns the first. */
async function writeReports(
  { task, methods, groups, scoring, target }: Opened,
  records: RunRecords,
  { flags, report }: Experiment,
  folder: string,
  partial?: string,
): Promise<string> {
  const info = { ...task, metrics: scoring.metrics };
  const input = { ...records, task: info, methods, groups, prices: pricesOf(flags), partial };
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

function ratesReport(input: ReportInput) {
  const { result, ...texts } = makeOwnReports(input);
  return { ...texts, data: result };
}

function methodsReport(input: ReportInput) {
  const { summary, ...texts } = makeReports(input);
  return { ...texts, data: summary };
}
