/**
 * Whether prompt compression pays: the papers' experiments and your own prompts, on any model.
 *
 * @module
 */
export { EvaluationError, type EvaluationErrorCode } from "./errors.js";
export { METHODS, type Method, type Options, optionsMethods, type Work } from "./methods/index.js";
export { METRICS, score } from "./metrics/index.js";
export { makeReports, type ReportInput, type Reports } from "./report/index.js";
export { type RunInput, type RunProgress, type RunRecords, run } from "./run/run.js";
export type { PromptRecord, ResultRecord, RunConfig, RunHeader } from "./run/types.js";
export {
  cachedTarget,
  embeddedTarget,
  limitedTarget,
  openAiTarget,
  type Target,
} from "./targets/index.js";
export { ownTask, TASKS, taskOf } from "./tasks/index.js";
export type { Group, Item, Task } from "./tasks/types.js";
