/**
 * Whether prompt compression pays: the papers' experiments and your own prompts, on any model.
 *
 * @module
 */
export { givesLikelihoods } from "./cli/open-target.js";
export { shownWord } from "./cli/shown-word.js";
export { EvaluationError, type EvaluationErrorCode } from "./errors.js";
export { METHODS, type Method, type Options, optionsMethods, type Work } from "./methods/index.js";
export {
  type AnswerPair,
  type BertScorer,
  corpusBleu,
  loadBertScorer,
  METRICS,
  type MetricInfo,
  type RuleName,
  type Scores,
  score,
} from "./metrics/index.js";
export { escapeMarkdown } from "./report/escape.js";
export * as format from "./report/format.js";
export * from "./report/index.js";
export { type Section, type Table, tableMarkdown } from "./report/table.js";
export type { ScoreAnswer } from "./run/answer.js";
export type { Prices } from "./run/budget.js";
export { promptRecord, resultRecord, runHeader } from "./run/records.js";
export { type RunInput, type RunProgress, type RunRecords, run } from "./run/run.js";
export type { PromptRecord, ResultRecord, RunConfig, RunHeader } from "./run/types.js";
export {
  type BootstrapOptions,
  bootstrapMean,
  bootstrapRatio,
  crossedMean,
  holm,
  type Interval,
  type PairedDifference,
  type PairedOptions,
  pairedDifference,
  type ScoredItem,
  type SignFlipOptions,
  signFlipP,
} from "./stats/index.js";
export { type Connection, connectionOf } from "./targets/connection.js";
export {
  type Answer,
  type CachedTargetOptions,
  type ConnectionOptions,
  cachedTarget,
  embeddedTarget,
  type GenerateOptions,
  type Likelihood,
  type LikelihoodBy,
  limitedTarget,
  type OpenAiTargetOptions,
  openAiTarget,
  type Target,
  type TargetLimits,
  type TargetMessage,
  type Usage,
} from "./targets/index.js";
export { type Post, postTo, type Reply } from "./targets/transport.js";
export { ownTask, SHIPPED_DATA, TASKS, taskOf } from "./tasks/index.js";
export type { Chat, Group, Item, MetricName, Sizes, Task, TaskOptions } from "./tasks/types.js";
