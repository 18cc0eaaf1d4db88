/**
 * Reports: an aligned scorer beside its base.
 *
 * @module
 */
export {
  type EvaluationRequest,
  evaluationRequest,
  type RunFolders,
  runsRequest,
} from "./compression.js";
export { createMoney, type Money } from "./money.js";
export type { Scorers } from "./nats.js";
export type { Asked, Plan } from "./plan.js";
export { rememberingSampler } from "./remembered.js";
export {
  type CompressionOpened,
  type CompressionRequest,
  type DivergenceRequest,
  makeReport,
  planReport,
  type Report,
  type ReportProgress,
  type ReportRequest,
} from "./report.js";
export { openAiSampler, type SampleOptions, type Sampler, type SamplerOptions } from "./sample.js";
export type { Sampled, Unusable } from "./sampled.js";
export type {
  BothScorers,
  CompressionRow,
  CompressionSummary,
  ConditionTokens,
  DivergenceSummary,
  GeneralSummary,
  HeldOutSummary,
  Measured,
  NotMeasured,
  ReportSummary,
} from "./summary.js";
