/**
 * `llmlingua`: prompt compression that works at once, in process, with an embedded model.
 *
 * @module
 */
export * from "@llmlingua/core";
export {
  type Compressor,
  type CompressorSettings,
  compress,
  createCompressor,
  DEFAULT_TOKENIZER,
} from "./compressor.js";
export { loadTokenCounter } from "./tokenizer.js";
