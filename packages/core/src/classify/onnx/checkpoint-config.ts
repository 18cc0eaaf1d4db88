/**
 * Whether a folder holds an LLMLingua-2 checkpoint: its `config.json` against its tokenizer. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { isObject, type JsonObject } from "../tokenizer/json.js";
import type { PieceTokenizer } from "../tokenizer/types.js";

/** What the rest of the library needs to know of a checkpoint. */
export interface CheckpointLimits {
  readonly family: "bert" | "xlm-roberta";
  /** Tokens of a chunk, start and end token included. */
  readonly maxTokens: number;
  /** Rows of the model's vocabulary. */
  readonly vocabularySize: number;
}

/** Families by `model_type`; TinyBERT exports say `bert`. */
const FAMILIES: { readonly [modelType: string]: CheckpointLimits["family"] } = {
  bert: "bert",
  mobilebert: "bert",
  "xlm-roberta": "xlm-roberta",
};
/** What LLMLingua-2 was trained on and reads at most. */
const MOST_TOKENS = 512;
/** Rows a model may have beyond the tokenizer's: padding, or the reference's 100 placeholders. */
const SPARE_ROWS = 128;

/**
 * Checks a parsed `config.json`.
 *
 * @throws LlmlinguaError `unknown-model` when it is another kind of model, `damaged-model` when it
 * contradicts itself or the tokenizer; both name what was expected and found
 */
export function checkConfig(
  config: unknown,
  tokenizer: Pick<PieceTokenizer, "family" | "size">,
  folder: string,
): CheckpointLimits {
  const json = isObject(config) ? config : {};
  const family = familyOf(json, folder);
  checkLabels(json, folder);
  if (tokenizer.family !== family) {
    throw damaged(folder, `a ${family} model's tokenizer`, `one of ${tokenizer.family}`);
  }
  const vocabularySize = wholeNumber(json, "vocab_size", folder);
  if (tokenizer.size > vocabularySize || vocabularySize > tokenizer.size + SPARE_ROWS) {
    const rows = `a tokenizer with the model's ${vocabularySize} tokens (vocab_size)`;
    throw damaged(folder, rows, `one with ${tokenizer.size}`);
  }
  return { family, vocabularySize, maxTokens: maxTokensOf(json, family, folder) };
}

function familyOf(json: JsonObject, folder: string): CheckpointLimits["family"] {
  const architectures = Array.isArray(json.architectures) ? json.architectures.map(String) : [];
  if (!architectures.some((name) => name.endsWith("ForTokenClassification"))) {
    const found = architectures.join(", ") || "none";
    throw wrongKind(folder, "an architecture …ForTokenClassification", found);
  }
  const family = FAMILIES[String(json.model_type)];
  if (family !== undefined) return family;
  const known = Object.keys(FAMILIES).join(", ");
  throw wrongKind(folder, `a model_type of ${known}`, String(json.model_type));
}

function checkLabels({ id2label, num_labels }: JsonObject, folder: string): void {
  const labels = isObject(id2label) ? Object.keys(id2label).length : Number(num_labels ?? 2);
  if (labels !== 2) throw wrongKind(folder, "2 labels (drop, preserve)", String(labels));
}

/** XLM-RoBERTa counts positions from the padding id + 1. */
function maxTokensOf(json: JsonObject, family: CheckpointLimits["family"], folder: string) {
  const positions = wholeNumber(json, "max_position_embeddings", folder);
  const unused = family === "bert" ? 0 : Number(json.pad_token_id ?? 1) + 1;
  return Math.min(MOST_TOKENS, positions - unused);
}

function wholeNumber(json: JsonObject, key: string, folder: string): number {
  const value = json[key];
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw damaged(
    folder,
    `a whole number for ${key} in config.json`,
    JSON.stringify(value) ?? "none",
  );
}

function wrongKind(folder: string, expected: string, found: string): LlmlinguaError {
  return new LlmlinguaError(
    "unknown-model",
    `The model in ${folder} is no LLMLingua-2 classifier: expected ${expected}, found ${found}. Give the folder of one, e.g. an ONNX export of microsoft/llmlingua-2-bert-base-multilingual-cased-meetingbank.`,
  );
}

function damaged(folder: string, expected: string, found: string): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `The model in ${folder} does not fit together: expected ${expected}, found ${found}. Fetch its files again, all from one place.`,
  );
}
