/**
 * What a report is made from.
 *
 * @module
 */
import type { Method } from "../methods/types.js";
import type { Prices } from "../run/budget.js";
import type { PromptRecord, ResultRecord, RunHeader } from "../run/types.js";
import type { Group, Task } from "../tasks/types.js";
import type { Assumptions } from "./break-even.js";

export type MethodInfo = Pick<Method, "name" | "title" | "sized" | "control" | "ablates">;
export type TaskInfo = Pick<Task, "name" | "title" | "paper" | "metrics">;

/** What intervals resample: items, or groups with all their items. */
export type Unit = "item" | "group";

export interface ReportInput {
  readonly header: RunHeader;
  readonly prompts: readonly PromptRecord[];
  /** Of one condition and item, the last line without `failed` counts, else the last. */
  readonly results: readonly ResultRecord[];
  readonly task: TaskInfo;
  /** In the order of the rows. */
  readonly methods: readonly MethodInfo[];
  /** Names of methods that are compared with; default `BASELINES`. */
  readonly baselines?: readonly string[];
  /** Condition that differences are taken to; default `full`. */
  readonly base?: string;
  /** Why the run is not whole; default what the header says of its end. */
  readonly partial?: string;
  readonly prices?: Prices;
  readonly assumptions?: Assumptions;
  /** Questions and gold answers for the failures side by side; without them the answers stand alone. */
  readonly groups?: readonly Pick<Group, "id" | "question" | "items">[];
  /** Most failures that are shown. Default 20. */
  readonly failures?: number;
  /**
   * Default `item`, which says nothing of other prompts; `group` where items share prompts and there are eight or more
   * of them.
   */
  readonly unit?: Unit;
}

/** Methods of `methods/list.ts` that are not this library's. */
export const BASELINES: readonly string[] = [
  "selective-context",
  "selective-sentence",
  "selective-token",
  "selective-line",
  "bm25",
  "whole-ranked",
  "whole-first",
  "whole-last",
  "whole-shortest",
  "truncate",
  "tail",
  "random-tokens",
];
