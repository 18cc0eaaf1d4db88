/**
 * An experiment as it was asked for, and what it works with while it is open.
 *
 * @module
 */
import type { TokenClassifier, TokenCounter, TokenScorer } from "llmlingua";
import type { Method } from "../methods/index.js";
import type { RunConfig } from "../run/types.js";
import type { Target } from "../targets/index.js";
import type { Group, Sizes, Task } from "../tasks/types.js";
import type { RunFlags } from "./flags.js";
import { EMBEDDED } from "./open-target.js";
import type { Scoring } from "./scoring.js";

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
  /** What a rate may cost at most, of a score of 0 … 1. */
  readonly delta?: number;
}

/** What an experiment works with while it is open. */
export interface Opened {
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

/** What `run.json` says of it. */
export function configOf(opened: Opened, { flags, choices }: Experiment): RunConfig {
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
