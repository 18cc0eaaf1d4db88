/**
 * The tasks, by name.
 *
 * @module
 */
import { arxiv } from "./arxiv/arxiv.js";
import { bbh } from "./bbh/bbh.js";
import { conversation } from "./conversation/conversation.js";
import { gsm8k } from "./gsm8k/gsm8k.js";
import { longbench } from "./longbench/longbench.js";
import { multidoc } from "./multidoc/multidoc.js";
import { needle } from "./needle/needle.js";
import { invalid } from "./options.js";
import type { Task } from "./types.js";

export { SHIPPED_DATA } from "./files.js";
export { metricsOf } from "./metrics-of.js";
export { ownTask } from "./own/own.js";

/** All tasks with data of their own; `ownTask` makes one of a user's file. */
export const TASKS: readonly Task[] = [
  gsm8k,
  bbh,
  conversation,
  arxiv,
  multidoc,
  longbench,
  needle,
];

/** @throws EvaluationError `invalid-option` for a name that no task has */
export function taskOf(name: string): Task {
  const task = TASKS.find((one) => one.name === name);
  if (task) return task;
  throw invalid(`There is no task ${name}; there are ${TASKS.map((one) => one.name).join(", ")}.`);
}
