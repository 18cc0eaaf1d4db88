/**
 * `@llmlingua/core`: prompt compression over any scorer; no Node imports.
 *
 * @module
 */
export { allot, handBack, type PerKind, type RateOptions } from "./budget/rates.js";
export type { WordRules } from "./classify/options.js";
export type { ClassifyChunksOptions, TokenClassifier } from "./classify/types.js";
export { type BatchInput, type BatchItem, oneByOne } from "./compressors/batch.js";
export {
  type CompressedMessages,
  type Compressor,
  type CompressorParts,
  createCompressor,
} from "./compressors/compressor.js";
export { settingsOf } from "./compressors/options.js";
export { FORMS, METHODS, PRESETS, type Settings } from "./compressors/settings.js";
export type {
  AutoEstimate,
  AutoRate,
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
export { type Bm25Options, bm25 } from "./rank/bm25.js";
export { type CombinedRankerOptions, combinedRanker } from "./rank/combined.js";
export { type EmbeddingRankerOptions, embeddingRanker } from "./rank/embedding-ranker.js";
export { gzip } from "./rank/gzip.js";
export {
  type EmbeddingsEndpointOptions,
  embeddingsEndpoint,
} from "./rank/http/embeddings-endpoint.js";
export type { EndpointOptions } from "./rank/http/endpoint.js";
export {
  type RerankEndpointOptions,
  type RerankStyle,
  rerankEndpoint,
} from "./rank/http/rerank-endpoint.js";
export { type QuestionRankerOptions, questionRanker } from "./rank/question-likelihood.js";
export type { EmbedOptions, TextEmbedder, TextKind } from "./rank/text-embedder.js";
export type { Ranker, RankOptions } from "./rank/types.js";
export {
  type RecoveredResponse,
  type RecoverInput,
  type Replacement,
  recover,
} from "./restore/recover.js";
export { createHashScorer, type HashScorerOptions } from "./score/hash-scorer.js";
export {
  createScoreMemory,
  rememberingScorer,
  type ScoreMemory,
  type ScoreMemoryOptions,
} from "./score/memory.js";
export { type ScoreTextOptions, scoreText } from "./score/sliding.js";
export type { ScoreOptions, ScoreStream, TokenScorer } from "./score/types.js";
export { type CoarseChoice, chooseWhole, descending } from "./select/coarse.js";
export { keepMostSurprising, type ThresholdChoice } from "./select/threshold.js";
export {
  loadEnglishChunker,
  type PercentileChoice,
  type PhraseChunker,
  type PhraseScore,
  percentile,
  type SelectiveLevel,
  type SelectiveText,
  type SelectiveTextOptions,
  type SelectiveUnitsOptions,
  selectByPercentile,
  selectiveText,
  selectiveUnits,
  wordChunker,
} from "./selective/index.js";
export { type JsonOptions, type JsonPrompt, jsonPrompt } from "./text/json/prompt.js";
export type { JsonRule, JsonRules } from "./text/json/rules.js";
export { messagesPrompt } from "./text/messages/prompt.js";
export type {
  ChatMessage,
  ChatRole,
  ContentBlock,
  MessagesOptions,
  MessagesPrompt,
} from "./text/messages/types.js";
export { promptOf } from "./text/prompt.js";
export {
  PROTECT_CLASSES,
  type Protect,
  type ProtectClass,
  parseProtect,
} from "./text/protect.js";
export { recurringStructure, type StructureKind, type StructureSpan } from "./text/structure.js";
export { type TaggedOptions, taggedPrompt } from "./text/tags.js";
export type {
  PartKind,
  Prompt,
  PromptForm,
  PromptInput,
  PromptPart,
  Source,
  SourcePiece,
  Span,
} from "./text/types.js";
export {
  COUNTER_ENCODINGS,
  type CounterEncoding,
  counterFromTokenizer,
  counterFromTokenizerJson,
  loadCounter,
} from "./tokens/counters.js";
export type { FlatUnits } from "./tokens/flat-units.js";
export { tokenizerFromJson } from "./tokens/hugging-face.js";
export type { TokenCounter, TokenizedText, Tokenizer } from "./tokens/types.js";
