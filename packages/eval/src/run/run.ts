/**
 * A run: load the task, compress, ask, write everything down so that a kill loses nothing.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TokenClassifier, TokenCounter, TokenScorer } from "llmlingua";
import { EvaluationError } from "../errors.js";
import type { Method } from "../methods/index.js";
import type { Target } from "../targets/types.js";
import type { Group, Sizes, Task } from "../tasks/types.js";
import type { ScoreAnswer } from "./answer.js";
import { askAll, questionsOf } from "./ask.js";
import { createPurse, type Prices } from "./budget.js";
import { compressAll } from "./compress.js";
import { beginRun, endRun } from "./header.js";
import { currentResults } from "./identity.js";
import { openJournal } from "./journal.js";
import { lockFolder } from "./lock.js";
import { promptRecord, resultRecord } from "./records.js";
import type { PromptRecord, ResultRecord, RunConfig, RunHeader } from "./types.js";

/** Where a run is: compressing or asking, how many of how many. */
export interface RunProgress {
  readonly stage: "compress" | "ask";
  readonly done: number;
  readonly all: number;
  readonly condition: string;
}

export interface RunInput {
  readonly task: Task;
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly target: Target;
  readonly score: ScoreAnswer;
  readonly counter: TokenCounter;
  readonly scorer: TokenScorer;
  readonly classifier?: TokenClassifier;
  readonly config: RunConfig;
  readonly circumstances: Pick<RunHeader, "versions" | "git" | "command">;
  /** Folder of the run; made where it is not there. */
  readonly folder: string;
  readonly likelihoods: boolean;
  /** Nothing is asked: `prompts.jsonl` alone, to go on with later. */
  readonly compressOnly?: boolean;
  readonly concurrency: number;
  readonly prices?: Prices;
  /** Spending cap in USD. */
  readonly cap?: number;
  readonly signal?: AbortSignal;
  onProgress?(progress: RunProgress): void;
  /** Told what there is when the run ends with an error, so that a partial report can be made. */
  onBroken?(records: RunRecords, error: unknown): void;
}

/** Everything that is in the folder of a run. */
export interface RunRecords {
  readonly header: RunHeader;
  readonly prompts: readonly PromptRecord[];
  readonly results: readonly ResultRecord[];
}

/**
 * Does what is missing of a run and returns all of it, without records of other groups, methods and sizes
 * that the folder may hold.
 *
 * @throws EvaluationError `other-run`, `data-layout`, `target-failed`, `invalid-option`, `aborted`
 */
export async function run(input: RunInput): Promise<RunRecords> {
  const { folder, config, circumstances, groups, onProgress } = input;
  checkIds(groups);
  // Questions under way all wait for the one signal.
  if (input.signal !== undefined) setMaxListeners(0, input.signal);
  await makeFolder(folder);
  const unlock = await lockFolder(folder);
  try {
    const begun = await beginRun(folder, config, circumstances);
    const promptJournal = await openJournal(join(folder, "prompts.jsonl"), promptRecord);
    const journal = await openJournal(join(folder, "results.jsonl"), resultRecord);
    const prompts = await compressAll(promptJournal, {
      ...input,
      seed: config.seed,
      timed: config.timed,
      onProgress: (done, all, condition) =>
        onProgress?.({ stage: "compress", done, all, condition }),
    });
    const questions = questionsOf(prompts, groups);
    const records = (header: RunHeader): RunRecords => {
      return { header, prompts, results: currentResults(journal.records, questions) };
    };
    if (input.compressOnly) return records(begun);
    const before = journal.records.map(({ cost = 0 }) => cost);
    const purse = createPurse(input.cap, before);
    const ask = (done: number, all: number, condition: string) =>
      onProgress?.({ stage: "ask", done, all, condition });
    try {
      const how = await askAll(journal, questions, { ...input, purse, onProgress: ask });
      return records(await endRun(folder, begun, how, input.prices && purse.spent));
    } catch (error) {
      input.onBroken?.(records(begun), error);
      throw error;
    }
  } finally {
    await unlock();
  }
}

/** @throws EvaluationError `data-layout` where records could not be told apart */
function checkIds(groups: readonly Group[]): void {
  const seen = new Set<string>();
  for (const { id, items } of groups) {
    for (const key of [JSON.stringify(id), ...items.map((item) => JSON.stringify([id, item.id]))]) {
      if (seen.has(key))
        throw new EvaluationError(
          "data-layout",
          `Two prompts or items have the id ${key}. Give each its own.`,
        );
      seen.add(key);
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EvaluationError(
      "invalid-option",
      `Cannot write to the folder ${folder}: ${reason}. Give another one.`,
      { cause },
    );
  }
}
