/**
 * What the files of a model folder say about how it is to be run. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { HubFolder, Json } from "./hub-folder.js";
import type { EncoderInfo, Pooling } from "./protocol.js";

/** More tokens are read only when asked for: attention grows with their square. */
const USUAL_TOKENS = 512;

/** Models whose first position is not 0, so that they read two tokens fewer than they have places. */
const SHIFTED_POSITIONS = ["roberta", "xlm-roberta", "camembert", "mpnet"];

/**
 * Most tokens of a row: `asked`, or the smallest limit of the folder and 512.
 *
 * @throws LlmlinguaError `invalid-option` when the model has fewer places than asked for
 */
export function maxTokensOf(folder: HubFolder, asked: number | undefined): number {
  const { config, tokenizerConfig, sentenceConfig = {} } = folder;
  const shift = SHIFTED_POSITIONS.includes(String(config.model_type)) ? 2 : 0;
  const places = positive(config.max_position_embeddings, Number.POSITIVE_INFINITY) - shift;
  if (asked === undefined) {
    const trained = positive(sentenceConfig.max_seq_length, places);
    const read = positive(tokenizerConfig.model_max_length, places);
    return Math.min(places, trained, read, USUAL_TOKENS);
  }
  if (Number.isInteger(asked) && asked >= 8 && asked <= places) return asked;
  throw new LlmlinguaError(
    "invalid-option",
    `maxTokens is ${asked}; ${folder.name} takes a whole number from 8 to ${places}.`,
  );
}

/**
 * How token vectors are pooled: as `1_Pooling/config.json` says, `mean` where there is none.
 *
 * @throws LlmlinguaError `unknown-model` for another way, or for layers behind the pooling
 */
export function poolingOf(folder: HubFolder): Pooling {
  const layers = moduleTypes(folder).filter(
    (type) => !["Transformer", "Pooling", "Normalize"].includes(type),
  );
  if (layers.length > 0) {
    throw unknown(folder, "the modules Transformer, Pooling and Normalize", layers.join(", "));
  }
  const config = folder.poolingConfig;
  if (config === undefined) return "mean";
  const ways = Object.keys(config).filter(
    (key) => key.startsWith("pooling_mode_") && config[key] === true,
  );
  const way = typeof config.pooling_mode === "string" ? config.pooling_mode : ways.join(", ");
  if (way === "mean" || way === "pooling_mode_mean_tokens") return "mean";
  if (way === "cls" || way === "pooling_mode_cls_token") return "cls";
  throw unknown(folder, "mean or cls pooling", way || "none");
}

/** Whether vectors are brought to length 1: as `modules.json` says, yes where there is none. */
export function normalizeOf(folder: HubFolder): boolean {
  return folder.modules === undefined || moduleTypes(folder).includes("Normalize");
}

/** The prompts of `config_sentence_transformers.json`. */
export function prefixesOf({ promptConfig }: HubFolder): EncoderInfo["prefixes"] {
  const prompts = (promptConfig?.prompts ?? {}) as Json;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { query: text(prompts.query), document: text(prompts.document ?? prompts.passage) };
}

/**
 * Checks that the folder is an encoder and that its tokenizer is its own.
 *
 * @param largestId - largest id of the tokenizer's vocabulary
 * @throws LlmlinguaError `unknown-model`, `damaged-model`
 */
export function checkFacts(folder: HubFolder, largestId: number): void {
  const { name, config } = folder;
  const architectures = Array.isArray(config.architectures) ? config.architectures.map(String) : [];
  const decoder = architectures.find((kind) => /(?:CausalLM|LMHeadModel|Generation)$/.test(kind));
  if (decoder !== undefined) throw unknown(folder, "a BERT-like encoder", decoder);
  const size = positive(config.vocab_size, largestId + 1);
  // Vocabularies are padded to round sizes, so a few ids may be unused.
  if (largestId < size && largestId + 1 >= size * 0.9) return;
  throw new LlmlinguaError(
    "damaged-model",
    `The tokenizer of ${name} is not the model's: its config.json expects ${size} tokens, its tokenizer.json has ids up to ${largestId}. Download both files again from one place.`,
  );
}

/** `sentence_transformers.models.Pooling` → `Pooling`, in order. */
function moduleTypes({ modules }: HubFolder): string[] {
  const list = Array.isArray(modules) ? (modules as Json[]) : [];
  return list.map(({ type }) => String(type).split(".").at(-1) ?? "");
}

function positive(value: unknown, otherwise: number): number {
  return typeof value === "number" && value > 0 ? value : otherwise;
}

function unknown({ name }: HubFolder, expected: string, found: string): LlmlinguaError {
  return new LlmlinguaError(
    "unknown-model",
    `Cannot run ${name}: expected ${expected}, found ${found}. Give the folder of another model.`,
  );
}
