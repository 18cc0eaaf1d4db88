/**
 * The training graphs: log-probabilities and gradients of the base model with adapters, by ONNX Runtime.
 *
 * @module
 */
export { baseSha256, checkBase } from "./base.js";
export { answerTokens, type Batch, batchOf } from "./batch.js";
export { graphsSha256 } from "./checksum.js";
export { widthsOf } from "./layers.js";
export type { Scaled } from "./model.js";
export {
  type Adapters,
  type FloatTensor,
  PROJECTIONS,
  type Projection,
  pairNames,
  type Widths,
} from "./tensors.js";
export {
  type GraphOptions,
  openTrainingGraphs,
  type StepResult,
  type TrainingGraphs,
} from "./training-graphs.js";
export { GRAPHS, readWeightsIndex, type WeightsIndex } from "./weights-index.js";
