/**
 * A run: load the task, compress, ask, write everything down so that a kill loses nothing.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TokenClassifier, TokenCounter, TokenScorer } from "llmlingua";
import type { Method } from "../methods/index.js";
import type { Target } from "../targets/types.js";
import type { Group, Sizes, Task } from "../tasks/types.js";
import type { ScoreAnswer } from "./answer.js";
import { askAll } from "./ask.js";
import { createPurse, type Prices } from "./budget.js";
import { compressAll } from "./compress.js";
import { beginRun, endRun } from "./header.js";
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
  readonly classifier?: TokenClassifier | string;
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
}

/** Everything that is in the folder of a run. */
export interface RunRecords {
  readonly header: RunHeader;
  readonly prompts: readonly PromptRecord[];
  readonly results: readonly ResultRecord[];
}

/**
 * Does what is missing of a run and returns all of it.
 *
 * @throws EvaluationError `other-run`, `data-layout`, `target-failed`, `aborted`
 */
export async function run(input: RunInput): Promise<RunRecords> {
  const { folder, config, circumstances, onProgress } = input;
  await mkdir(folder, { recursive: true });
  const unlock = await lockFolder(folder);
  try {
    const begun = await beginRun(folder, config, circumstances);
    const prompts = await openJournal(join(folder, "prompts.jsonl"), promptRecord);
    const results = await openJournal(join(folder, "results.jsonl"), resultRecord);
    await compressAll(prompts, {
      ...input,
      seed: config.seed,
      timed: config.timed,
      onProgress: (done, all, condition) =>
        onProgress?.({ stage: "compress", done, all, condition }),
    });
    if (input.compressOnly)
      return { header: begun, prompts: prompts.records, results: results.records };
    const purse = createPurse(input.cap);
    const how = await askAll(results, prompts.records, {
      ...input,
      purse,
      onProgress: (done, all, condition) => onProgress?.({ stage: "ask", done, all, condition }),
    });
    const spent = input.prices && purse.spent;
    const header = await endRun(folder, begun, how, spent);
    return { header, prompts: prompts.records, results: results.records };
  } finally {
    await unlock();
  }
}
