/**
 * One experiment: models are opened, the run is done, reports are written, everything is closed.
 *
 * @module
 */
import { join } from "node:path";
import { loadClassifier } from "@llmlingua/core/classify/onnx";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { loadTokenCounter } from "llmlingua";
import { type Io, UsageError } from "llmlingua/cli-kit";
import type { Method } from "../methods/index.js";
import { suits } from "../run/conditions.js";
import { estimateOf } from "../run/estimate.js";
import { type RunInput, type RunProgress, type RunRecords, run } from "../run/run.js";
import type { Group } from "../tasks/types.js";
import { assumptionsOf, methodsOf, pricesOf, sizesOf } from "./chosen.js";
import { circumstancesOf } from "./circumstances.js";
import { estimateText } from "./estimate-text.js";
import { configOf, type Experiment, type Opened } from "./experiment.js";
import type { RunFlags } from "./flags.js";
import { givesLikelihoods, noTarget, openTarget } from "./open-target.js";
import { progressLine } from "./progress.js";
import { openScoring } from "./scoring.js";
import { writeReports } from "./write-reports.js";

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
  const asked = methodsOf(flags, experiment.task);
  const sizes = sizesOf(flags, experiment.task);
  assumptionsOf(flags);
  const task = {
    ...experiment.task,
    maxNewTokens: flags.maxNewTokens ?? experiment.task.maxNewTokens,
  };
  const counter = await loadTokenCounter(flags.tokenizer);
  const count = (text: string) => counter.count(text);
  const { data, items, skip, seed } = flags;
  const groups = await task.load({ data, items, skip, seed, count, choices });
  const methods = suitedOf(asked, groups);
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

/**
 * Methods that some prompt suits.
 *
 * @throws UsageError where no prompt of the task is of the kind that the methods need
 */
function suitedOf(methods: readonly Method[], groups: readonly Group[]): readonly Method[] {
  const suited = methods.filter((method) => groups.some((group) => suits(method, group)));
  if (suited.length > 0) return suited;
  const names = methods.map(({ name, needs }) => `${name} (needs a ${needs})`).join(", ");
  throw new UsageError(`No prompt of this task suits ${names}. Give other --methods.`);
}

async function workOn(opened: Opened, experiment: Experiment, io: Io): Promise<Done | undefined> {
  const { flags } = experiment;
  const { task, target, counter, scoring } = opened;
  const prices = pricesOf(flags);
  const likelihoods = await wantsLikelihoods(opened, flags, io);
  const generates = task.maxNewTokens > 0 && target.generate !== undefined;
  if (!flags.compressOnly) checkAsks(opened, generates, likelihoods);
  const count = (text: string) => counter.count(text);
  const estimate = estimateOf({ ...opened, count, generates, likelihoods, prices });
  io.stderr.write(estimateText(estimate, target, likelihoods, generates));
  if (flags.dryRun) return undefined;
  const folder = flags.out ?? join("llmlingua-eval", task.name);
  const line = progressLine(io);
  const input: RunInput = {
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
    onProgress: (at) => line.update({ ...at, stage: WORDS[at.stage] }),
  };
  const records = await reportedRun(input, opened, experiment, io).finally(line.clear);
  if (flags.compressOnly) {
    const words = "prompts.jsonl. Without --compress-only the run goes on.";
    io.stderr.write(`Written to ${folder}: ${words}\n`);
    return undefined;
  }
  return { records, folder, markdown: await writeReports(opened, records, experiment, folder) };
}

const WORDS = { compress: "compressing", ask: "asking" } satisfies Record<
  RunProgress["stage"],
  string
>;

/** A run of whose answers there is a report even where it breaks off. */
async function reportedRun(
  input: RunInput,
  opened: Opened,
  experiment: Experiment,
  io: Io,
): Promise<RunRecords> {
  let found: RunRecords | undefined;
  const onBroken = (records: RunRecords) => {
    found = records;
  };
  try {
    return await run({ ...input, onBroken });
  } catch (error) {
    if (found === undefined || found.results.length === 0) throw error;
    const why = error instanceof Error ? error.message : String(error);
    await writeReports(opened, found, experiment, input.folder, why);
    io.stderr.write(`A report of what was answered until then is in ${input.folder}.\n`);
    throw error;
  }
}

async function wantsLikelihoods({ target }: Opened, flags: RunFlags, io: Io): Promise<boolean> {
  if (!flags.likelihoods) return false;
  if (flags.dryRun) return target.likelihood !== undefined;
  return givesLikelihoods(target, io.signal);
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
