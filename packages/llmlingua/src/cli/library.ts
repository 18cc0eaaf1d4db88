/**
 * What of the library the command uses; imported when there is work, not for help.
 *
 * @module
 */
export { loadCrossEncoder, loadTextEmbedder } from "@llmlingua/core/rank/onnx";
export {
  createCompressor,
  DEFAULT_TOKENIZER,
  embeddingRanker,
  embeddingsEndpoint,
  jsonPrompt,
  loadTokenCounter,
  parseProtect,
  recover,
  rerankEndpoint,
  taggedPrompt,
} from "../index.js";
