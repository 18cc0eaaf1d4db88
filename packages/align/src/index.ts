/**
 * Distribution alignment: the small model tuned on the large one's own answers.
 *
 * @module
 */

export {
  type AskSettings,
  type Collected,
  type CollectOptions,
  collect,
  type Redact,
} from "./collect/index.js";
export { type EncodedPair, type EncodeOptions, encodePair, type Template } from "./encode/index.js";
export { AlignmentError, type AlignmentErrorCode } from "./errors.js";
export {
  checkOut,
  type OutState,
  readTraining,
  recoverOut,
  type ScorerFolder,
  type TrainingRecord,
  trainingSchema,
  writeScorerFolder,
} from "./folder/index.js";
export {
  type Adapters,
  answerTokens,
  type Batch,
  batchOf,
  type FloatTensor,
  GRAPHS,
  type GraphOptions,
  openTrainingGraphs,
  type Projection,
  type Scaled,
  type StepResult,
  type TrainingGraphs,
  type Widths,
} from "./graphs/index.js";
export {
  type Message,
  type Pair,
  type PairFile,
  pairId,
  type ReadPairsOptions,
  type Role,
  readPairs,
  type Split,
  type SplitOptions,
  splitPairs,
} from "./pairs/index.js";
export * from "./report/index.js";
export {
  type CheckpointStore,
  checkpointStore,
  DEFAULTS as TRAIN_DEFAULTS,
  type Evaluation,
  type HeldOutOptions,
  heldOutLoss,
  type Model,
  type Moments,
  type RunIdentity,
  type StepsInput,
  type Trained,
  type TrainInput,
  type TrainProgress,
  type TrainSettings,
  type TrainState,
  train,
  type WriteFile,
} from "./train/index.js";
