/**
 * Targets: the models that are asked with compressed prompts.
 *
 * @module
 */
export { type CachedTargetOptions, cachedTarget } from "./cached.js";
export type { ConnectionOptions } from "./connection.js";
export { embeddedTarget } from "./embedded.js";
export type { LikelihoodBy } from "./likelihood.js";
export { limitedTarget, type TargetLimits } from "./limited.js";
export { type OpenAiTargetOptions, openAiTarget } from "./openai.js";
export type {
  Answer,
  GenerateOptions,
  Likelihood,
  Target,
  TargetMessage,
  Usage,
} from "./types.js";
