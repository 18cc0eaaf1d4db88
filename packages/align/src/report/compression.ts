/**
 * The two ways to the effect on compression: runs that are there, or runs to be made.
 *
 * @module
 */
import { join } from "node:path";
import { type Group, givesLikelihoods, type ResultRecord, taskOf } from "@llmlingua/eval";
import { loadTokenCounter } from "llmlingua";
import { AlignmentError } from "../errors.js";
import type { Pair } from "../pairs/types.js";
import { compareRuns } from "./compare.js";
import { evaluateBoth, methodsOf } from "./evaluate.js";
import type { ReportFlags } from "./flags.js";
import { withoutOverlap } from "./overlap.js";
import type { CompressionRequest, ReportRequest } from "./report.js";
import { checkRuns, type FinishedRun, readRun } from "./run-folder.js";
import { openTarget, type TargetServer } from "./target.js";

/**
 * Compares two finished runs.
 *
 * @param data - folder of the task's data, in which questions are looked up that pairs contain; absent = they are not
 * @throws AlignmentError `data-missing`, `data-layout`, `other-run`; EvaluationError of the task's data
 */
export async function runsRequest(
  baseFolder: string,
  alignedFolder: string,
  data?: string,
): Promise<CompressionRequest> {
  const [base, aligned] = [await readRun(baseFolder), await readRun(alignedFolder)];
  checkRuns(base, aligned);
  const groups = data === undefined ? undefined : await groupsOf(base, data);
  return async ({ scorers, pairs }) => {
    checkRuns(base, aligned, { base: scorers.base.name, aligned: scorers.aligned.name });
    const fresh = groups && withoutOverlap(groups, pairs);
    const compared = ({ header: { config }, results }: FinishedRun) => ({
      task: config.task,
      target: config.target.name,
      scorer: config.scorer,
      results: fresh === undefined ? results : resultsOf(results, fresh.groups),
    });
    const summary = compareRuns(compared(base), compared(aligned));
    return fresh === undefined ? summary : { ...summary, overlapping: fresh.overlapping };
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

type Evaluated = Pick<
  ReportFlags,
  | "data"
  | "items"
  | "skip"
  | "seed"
  | "ratios"
  | "methods"
  | "tokenizer"
  | "api"
  | "concurrency"
  | "requestsPerMinute"
  | "out"
> &
  Pick<ReportRequest, "versions" | "command" | "signal"> & {
    readonly task: string;
    readonly server: TargetServer | undefined;
  };

/**
 * Runs a task with both scorers, in the folders `base` and `aligned` of the report's.
 *
 * @throws AlignmentError `invalid-option`; EvaluationError of the task's name and data
 */
export async function evaluationRequest(given: Evaluated): Promise<CompressionRequest> {
  const { data, items, skip, seed, api, concurrency, requestsPerMinute, out, server } = given;
  const task = taskOf(given.task);
  const methods = methodsOf(given.methods);
  const counter = await loadTokenCounter(given.tokenizer);
  const groups = await task.load({ data, items, skip, seed, count: (text) => counter.count(text) });
  const { versions, command, signal } = given;
  return async ({ scorers, pairs, onProgress }) => {
    const fresh = freshOf(task.name, groups, pairs);
    const limits = { concurrency, ...(requestsPerMinute && { requestsPerMinute }) };
    const asked = { server, api, cache: join(out, "cache"), ...limits };
    const target = await openTarget(asked, counter, scorers.base);
    try {
      const summary = await evaluateBoth(scorers, {
        ...{ task, methods, target, counter, items, skip, seed, concurrency, signal },
        ...{ groups: fresh.groups, sizes: { ratios: given.ratios }, folder: out },
        ...(target.generate && { api }),
        likelihoods: await givesLikelihoods(target, signal ?? new AbortController().signal),
        circumstances: { versions, command },
        onProgress: (scorer, { stage, done, all }) =>
          onProgress(`${scorer} scorer, ${stage}`, done, all),
      });
      return { ...summary, overlapping: fresh.overlapping };
    } finally {
      await target.close();
    }
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
