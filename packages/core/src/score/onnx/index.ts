/**
 * `@llmlingua/core/onnx`: scorers run by ONNX Runtime in Node.
 *
 * @module
 */
export type { ScorerManifest } from "./manifest.js";
export { readManifest } from "./model-folder.js";
export { type LoadScorerOptions, loadScorer } from "./onnx-scorer.js";
export {
  type FloatTensor,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "./safetensors.js";
