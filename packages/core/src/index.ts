/**
 * `@llmlingua/core`: prompt compression over any scorer; no Node imports.
 *
 * @module
 */
export { allot, handBack, type PerKind, type RateOptions } from "./budget/rates.js";
export {
  type Compressor,
  type CompressorParts,
  createCompressor,
} from "./compressors/compressor.js";
export { PRESETS, type Settings, settingsOf } from "./compressors/options.js";
export type {
  Budget,
  CompressedPart,
  CompressedPrompt,
  CompressOptions,
  CompressTimings,
  MethodName,
  OutputOrder,
  PresetName,
  Progress,
  RankMethod,
  ScoredTokens,
  TokenScore,
  Unit,
  UnitScore,
} from "./compressors/types.js";
export { type ErrorCode, LlmlinguaError } from "./errors.js";
export { createHashScorer, type HashScorerOptions } from "./score/hash-scorer.js";
export { type ScoreTextOptions, scoreText } from "./score/sliding.js";
export type { ScoreOptions, TokenScorer } from "./score/types.js";
export { type CoarseChoice, chooseWhole, descending } from "./select/coarse.js";
export { keepMostSurprising, type ThresholdChoice } from "./select/threshold.js";
export { promptOf } from "./text/prompt.js";
export { recurringStructure, type StructureKind, type StructureSpan } from "./text/structure.js";
export type { PartKind, Prompt, PromptInput, PromptPart, Span } from "./text/types.js";
export {
  COUNTER_ENCODINGS,
  type CounterEncoding,
  counterFromTokenizer,
  counterFromTokenizerJson,
  loadCounter,
} from "./tokens/counters.js";
export { tokenizerFromJson } from "./tokens/hugging-face.js";
export type { TokenCounter, TokenizedText, Tokenizer } from "./tokens/types.js";
