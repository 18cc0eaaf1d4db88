/**
 * `@llmlingua/core/classify`: LLMLingua-2 over any token classifier; free of Node imports.
 *
 * @module
 */
export { type ChunkReader, type ClassifierDescription, classifierOf } from "./classifier.js";
export { type ClassifiedWords, classifyWords } from "./classify-words.js";
export { type KeepWordsOptions, keepWords } from "./keep-words.js";
export type { ClassifyOptions, WordRules } from "./options.js";
export { compressLikeReference } from "./reference/compress-like-reference.js";
export type {
  ReferenceLlmlingua2Call,
  ReferenceLlmlingua2Result,
  ReferenceLlmlingua2Settings,
  TokenToWord,
} from "./reference/types.js";
export type { AddedToken } from "./tokenizer/added-tokens.js";
export { pieceTokenizerFromJson } from "./tokenizer/piece-tokenizer.js";
export type {
  EncodeOptions,
  EncoderTokens,
  PieceText,
  PieceTokenizer,
} from "./tokenizer/types.js";
export type { ClassifyChunksOptions, TokenClassifier } from "./types.js";
export { type ClassifiedUnits, llmlingua2Units } from "./units.js";
