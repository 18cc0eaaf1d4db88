/**
 * The same evaluation twice, compressed with the base scorer and with the aligned one.
 *
 * @module
 */
import { join } from "node:path";
import type { TokenCounter, TokenScorer } from "@llmlingua/core";
import {
  type Group,
  METHODS,
  type Method,
  type RunConfig,
  type RunInput,
  type RunProgress,
  type RunRecords,
  run,
  type ScoreAnswer,
  type Sizes,
  score,
  type Target,
  type Task,
} from "@llmlingua/eval";
import { namesIn, SETS } from "@llmlingua/eval/cli-kit";
import { AlignmentError } from "../errors.js";
import { type ComparedRun, compareRuns } from "./compare.js";
import type { Money } from "./money.js";
import type { Scorers } from "./nats.js";
import type { CompressionSummary } from "./summary.js";

/** What is asked of whom, with what compressed how. */
export interface Evaluation {
  readonly task: Task;
  /** Without the items that training may have seen. */
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly target: Target;
  /** Which endpoint answers; absent in process. */
  readonly api?: string;
  readonly likelihoods: boolean;
  readonly counter: TokenCounter;
  readonly items: number;
  readonly skip: number;
  readonly seed: number;
  readonly concurrency: number;
  /** Folder that holds the two runs, `base` and `aligned`. */
  readonly folder: string;
  readonly circumstances: RunInput["circumstances"];
  /** The cap is shared by both runs, half of it for the first; absent = no cap. */
  readonly money?: Money;
  readonly signal?: AbortSignal;
  onProgress?(scorer: string, progress: RunProgress): void;
}

/**
 * Does what is missing of both runs and compares them.
 *
 * @throws EvaluationError `other-run`, `data-layout`, `target-failed`, `invalid-option`, `aborted`
 */
export async function evaluateBoth(
  scorers: Scorers,
  evaluation: Evaluation,
): Promise<CompressionSummary> {
  const left = evaluation.money?.left();
  const half = left === undefined ? undefined : left / 2;
  const base = await evaluate(scorers.base, "base", evaluation, half);
  const rest = evaluation.money?.left();
  const aligned = await evaluate(scorers.aligned, "aligned", evaluation, rest);
  const isPartial = base.isPartial || aligned.isPartial;
  return { ...compareRuns([{ base, aligned }]), ...(isPartial && { partial: true }) };
}

async function evaluate(
  scorer: TokenScorer,
  name: "base" | "aligned",
  evaluation: Evaluation,
  cap: number | undefined,
): Promise<ComparedRun & { readonly isPartial: boolean }> {
  const { task, target, folder, money, onProgress } = evaluation;
  const { results, header } = await run({
    ...evaluation,
    scorer,
    cap,
    prices: money?.prices,
    score: scoreBy(task),
    config: configOf(evaluation, scorer.name),
    folder: join(folder, name),
    onProgress: (progress) => onProgress?.(name, progress),
    onBroken: (records) => money?.book(costOf(records)),
  });
  money?.book(header.ended?.spent ?? 0);
  const isPartial = header.ended?.how === "budget-reached";
  if (isPartial) money?.markReached();
  return { task: task.name, target: target.name, scorer: scorer.name, results, isPartial };
}

function costOf({ results }: RunRecords): number {
  return results.reduce((sum, { cost = 0 }) => sum + cost, 0);
}

function configOf(evaluation: Evaluation, scorer: string): RunConfig {
  const { task, target, api, methods, sizes, items, skip, seed, counter } = evaluation;
  return {
    task: task.name,
    target: { name: target.name, where: target.where, ...(api !== undefined && { api }) },
    methods: methods.map(({ name }) => name),
    sizes: { ...sizes },
    items,
    skip,
    seed,
    choices: {},
    tokenizer: counter.name,
    scorer,
    maxNewTokens: task.maxNewTokens,
    timed: false,
  };
}

/** The item's own metric, or the task's; BERTScore, which needs an encoder, is left out. */
function scoreBy({ metrics }: Task): ScoreAnswer {
  return async (answer, { metric, answers }) => {
    if (answers.length === 0) return {};
    const scores: Record<string, number> = {};
    for (const name of metric === undefined ? metrics : [metric]) {
      if (name !== "bertscore") Object.assign(scores, score(name, answer, answers));
    }
    return scores;
  };
}

/**
 * Methods and sets of them, without those that need more than a scorer.
 *
 * @throws AlignmentError `invalid-option` for another name
 */
export function methodsOf(
  asked: readonly string[],
  task: Pick<Task, "methods">,
): readonly Method[] {
  const known = METHODS.filter(({ needs }) => needs !== "classifier");
  const own = task.methods.filter((name) => known.some((method) => method.name === name));
  return namesIn(asked, { own, hasClassifier: false }).map((name) => {
    const found = known.find((method) => method.name === name);
    if (found !== undefined) return found;
    const names = (all: readonly { readonly name: string }[]) =>
      all.map((one) => one.name).join(", ");
    throw new AlignmentError(
      "invalid-option",
      `There is no method ${name} that a scorer is used with. There are ${names(known)}, and the sets ${names(SETS)}.`,
    );
  });
}
