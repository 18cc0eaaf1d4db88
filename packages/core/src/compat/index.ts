/**
 * The Python reference's behaviour, slips included, for people who move over and for comparison.
 *
 * @module
 */
export {
  type RecoverLikeReferenceInput,
  type RecoverTokenizer,
  recoverLikeReference,
} from "../restore/recover-reference.js";
export { compressPrompt } from "./compress-prompt.js";
export { compressLikeReference } from "./microsoft.js";
export { type PlanInput, planWindows, type Stretch, type Window } from "./plan.js";
export { referenceModel } from "./scorer-model.js";
export { type TokenPassInput, type TokenPassResult, tokenPass } from "./token-pass.js";
export type {
  CompatOptions,
  CompatProgress,
  CompatResult,
  ConditionInQuestion,
  ConditionMode,
  KeptContext,
  Losses,
  LossRequest,
  LossStream,
  RankMethod,
  ReferenceCall,
  ReferenceModel,
  ReferenceResult,
  ReferenceRun,
  ReferenceSettings,
  ReorderContext,
} from "./types.js";
