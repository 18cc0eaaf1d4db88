/**
 * `@llmlingua/core/onnx`: scorers run by ONNX Runtime in Node.
 *
 * @module
 */
export type { ScorerManifest } from "./manifest.js";
export { type LoadScorerOptions, loadScorer } from "./onnx-scorer.js";
