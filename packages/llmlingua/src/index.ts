/**
 * `llmlingua`: prompt compression that works at once, in process, with an embedded model.
 *
 * @module
 */
export * from "@llmlingua/core";
export { compress } from "./compress.js";
export { type Compressor, type CompressorSettings, createCompressor } from "./compressor.js";
export { DEFAULT_TOKENIZER } from "./counter.js";
export { loadTokenCounter } from "./tokenizer.js";
