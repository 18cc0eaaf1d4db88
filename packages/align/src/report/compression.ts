/**
 * The two ways to the effect on compression: runs that are there, or runs to be made.
 *
 * @module
 */
import {
  embeddedTarget,
  type Group,
  givesLikelihoods,
  type ResultRecord,
  type RunInput,
  type Target,
  taskOf,
} from "@llmlingua/eval";
import { loadTokenCounter } from "llmlingua";
import { AlignmentError } from "../errors.js";
import type { Pair } from "../pairs/types.js";
import { compareRuns } from "./compare.js";
import { evaluateBoth, methodsOf } from "./evaluate.js";
import type { Money } from "./money.js";
import { type Fresh, withoutOverlap } from "./overlap.js";
import { planEvaluation } from "./plan.js";
import type { CompressionRequest } from "./report.js";
import { checkPairs, checkRuns, type FinishedRun, readRun } from "./run-folder.js";

/** Folders of two runs that differ by the scorer alone. */
export interface RunFolders {
  readonly base: string;
  readonly aligned: string;
}

/**
 * Compares finished runs: pairs of them, each with other prompts.
 *
 * @param folders - at least one pair
 * @param data - folder of the task's data, in which questions are looked up that pairs contain; absent = they are not
 * @throws AlignmentError `data-missing`, `data-layout`, `other-run`; EvaluationError of the task's data
 */
export async function runsRequest(
  folders: readonly RunFolders[],
  data?: string,
): Promise<CompressionRequest> {
  const runs = await Promise.all(
    folders.map(async ({ base, aligned }) => {
      return { base: await readRun(base), aligned: await readRun(aligned) };
    }),
  );
  for (const { base, aligned } of runs) checkRuns(base, aligned);
  checkPairs(runs);
  const asked =
    data === undefined
      ? undefined
      : await Promise.all(runs.map(({ base }) => groupsOf(base, data)));
  return {
    plan: () => undefined,
    async measure({ scorers, pairs }) {
      const names = { base: scorers.base.name, aligned: scorers.aligned.name };
      for (const { base, aligned } of runs) checkRuns(base, aligned, names);
      const fresh = asked?.map((groups) => withoutOverlap(groups, pairs));
      const summary = compareRuns(
        runs.map(({ base, aligned }, i) => {
          return { base: comparedOf(base, fresh?.[i]), aligned: comparedOf(aligned, fresh?.[i]) };
        }),
      );
      if (fresh === undefined) return summary;
      const overlapping = fresh.reduce((sum, run) => sum + run.overlapping, 0);
      return { ...summary, overlapping };
    },
  };
}

function comparedOf({ header: { config }, results }: FinishedRun, fresh?: Fresh) {
  return {
    task: config.task,
    target: config.target.name,
    scorer: config.scorer,
    results: fresh === undefined ? results : resultsOf(results, fresh.groups),
  };
}

/** The items that a run was of. */
async function groupsOf({ header }: FinishedRun, data: string): Promise<readonly Group[]> {
  const { task, items, skip, seed, choices, tokenizer } = header.config;
  const counter = await loadTokenCounter(tokenizer);
  return taskOf(task).load({
    data,
    items,
    skip,
    seed,
    choices,
    count: (text) => counter.count(text),
  });
}

function resultsOf(results: readonly ResultRecord[], groups: readonly Group[]) {
  const key = (group: string, id: string) => JSON.stringify([group, id]);
  const fresh = new Set(groups.flatMap(({ id, items }) => items.map((item) => key(id, item.id))));
  return results.filter(({ group, id }) => fresh.has(key(group, id)));
}

/** What is evaluated, and who answers. */
export interface EvaluationRequest {
  readonly task: string;
  /** Folder of the task's data; absent = the few items that ship. */
  readonly data?: string;
  readonly items: number;
  readonly skip: number;
  readonly seed: number;
  readonly ratios: readonly number[];
  readonly methods: readonly string[];
  /** In which sizes are counted. */
  readonly tokenizer: string;
  /** Limited and remembered; absent = the base scorer, which gives likelihoods alone. Closed at the end. */
  readonly target?: Target;
  readonly api: "completions" | "chat";
  readonly concurrency: number;
  readonly money?: Money;
  /** Folder of the report. */
  readonly out: string;
  readonly circumstances: RunInput["circumstances"];
  readonly signal?: AbortSignal;
}

/**
 * Runs a task with both scorers, in the folders `base` and `aligned` of the report's.
 *
 * @throws AlignmentError `invalid-option`; EvaluationError of the task's name and data
 */
export async function evaluationRequest(given: EvaluationRequest): Promise<CompressionRequest> {
  const { data, items, skip, seed, api, concurrency, out, ratios, signal } = given;
  const task = taskOf(given.task);
  const methods = methodsOf(given.methods, task);
  const counter = await loadTokenCounter(given.tokenizer);
  const count = (text: string) => counter.count(text);
  const groups = await task.load({ data, items, skip, seed, count });
  return {
    plan: (pairs) => {
      const fresh = freshOf(task.name, groups, pairs);
      return planEvaluation({ ...given, ...fresh, task, methods, count });
    },
    async measure({ scorers, pairs, onProgress }) {
      const fresh = freshOf(task.name, groups, pairs);
      const target = given.target ?? (await embeddedTarget(scorers.base));
      try {
        const summary = await evaluateBoth(scorers, {
          ...{ task, methods, target, counter, items, skip, seed, concurrency, signal },
          ...{ groups: fresh.groups, sizes: { ratios }, folder: out, money: given.money },
          ...(target.generate && { api }),
          likelihoods: await givesLikelihoods(target, signal ?? new AbortController().signal),
          circumstances: given.circumstances,
          onProgress: (scorer, { stage, done, all }) =>
            onProgress(`${scorer} scorer, ${stage}`, done, all),
        });
        return { ...summary, overlapping: fresh.overlapping };
      } finally {
        await target.close();
      }
    },
  };
}

function freshOf(task: string, groups: readonly Group[], pairs: readonly Pair[]) {
  const fresh = withoutOverlap(groups, pairs);
  if (fresh.groups.length > 0) return fresh;
  throw new AlignmentError(
    "too-few-pairs",
    `All ${fresh.overlapping} items of ${task} stand in prompts of the pairs. Give --data with other items, or --skip.`,
  );
}
