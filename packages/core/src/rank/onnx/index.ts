/**
 * `@llmlingua/core/rank/onnx`: encoders and rerankers run by ONNX Runtime in Node.
 *
 * @module
 */
export { type LoadedRanker, loadCrossEncoder } from "./cross-encoder.js";
export type { LoadEncoderOptions } from "./open-worker.js";
export type { Pooling } from "./protocol.js";
export { type LoadTextEmbedderOptions, loadTextEmbedder } from "./text-embedder.js";
export { loadTokenEmbedder, type TokenEmbedder, type TokenVectors } from "./token-embedder.js";
