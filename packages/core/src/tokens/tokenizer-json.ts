/**
 * What a Hugging Face `tokenizer.json` says about itself, checked before it is used. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

/** The parts of `tokenizer.json` that decide how text is split; everything else passes through. */
export interface TokenizerJson {
  readonly model: JsonObject & { readonly vocab: unknown };
  readonly normalizer: JsonObject | null;
  readonly pre_tokenizer: JsonObject | null;
  readonly added_tokens: readonly AddedTokenJson[];
  readonly [key: string]: unknown;
}

/** A token matched as a whole in the text before words are split. */
interface AddedTokenJson extends JsonObject {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
}

type JsonObject = { readonly [key: string]: unknown };

/** The rule of GPT-2 with white space as Unicode defines it, not as JavaScript's `\s` does. */
const GPT2_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** Steps that only cut a text and lose nothing of it. */
const CUTTING_STEPS: readonly unknown[] = ["Split", "Digits", "Punctuation"];

/**
 * Reads the parsed JSON of a `tokenizer.json`.
 *
 * @throws LlmlinguaError `unknown-tokenizer` when it is something else
 */
export function readTokenizerJson(json: unknown, name: string): TokenizerJson {
  if (!isObject(json) || !isObject(json.model) || json.model.vocab === undefined) {
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `${name} is not a tokenizer.json: it has no "model" with a "vocab". Pass the parsed JSON of a Hugging Face tokenizer.json.`,
    );
  }
  const addedTokens = Array.isArray(json.added_tokens) ? json.added_tokens.filter(isAdded) : [];
  return {
    ...json,
    model: { ...json.model, vocab: json.model.vocab },
    normalizer: isObject(json.normalizer) ? json.normalizer : null,
    pre_tokenizer: isObject(json.pre_tokenizer) ? json.pre_tokenizer : null,
    post_processor: null,
    decoder: null,
    // White space beside a token stays in the text instead of vanishing into it.
    added_tokens: addedTokens.map((token) => ({ ...token, lstrip: false, rstrip: false })),
  };
}

/** Why offsets would not be exact, in a few words; undefined when they are. */
export function obstacleToOffsets({ model, normalizer, pre_tokenizer }: TokenizerJson) {
  if (model.type !== "BPE") return `a ${String(model.type)} model`;
  if (model.byte_fallback === true) return "a BPE model with byte fallback";
  if (model.end_of_word_suffix || model.continuing_subword_prefix) return "word-piece affixes";
  if (normalizer !== null) return `the normalizer ${String(normalizer.type)}`;
  const steps = preTokenizerSteps(pre_tokenizer);
  const last = steps.at(-1);
  if (last?.type !== "ByteLevel") return `the pre-tokenizer ${String(last?.type)}`;
  if (last.add_prefix_space === true) return "a space added in front of the text";
  const losing = steps.slice(0, -1).find((step) => !CUTTING_STEPS.includes(step.type));
  return losing === undefined ? undefined : `the pre-tokenizer ${String(losing.type)}`;
}

/** Whether the tokenizer works on bytes, whatever else it does. */
export function isByteLevel({ pre_tokenizer }: TokenizerJson): boolean {
  return preTokenizerSteps(pre_tokenizer).some((step) => step.type === "ByteLevel");
}

function preTokenizerSteps(step: JsonObject | null): readonly JsonObject[] {
  if (step === null) return [];
  if (step.type !== "Sequence" || !Array.isArray(step.pretokenizers)) return [step];
  return step.pretokenizers.filter(isObject).flatMap(preTokenizerSteps);
}

/**
 * The same tokenizer with its digit and word rules spelled out as Unicode patterns, because
 * `@huggingface/tokenizers` reads them as JavaScript's ASCII `\d` and its own idea of `\s`.
 */
export function withUnicodeRules(json: TokenizerJson): TokenizerJson {
  const steps = preTokenizerSteps(json.pre_tokenizer).flatMap(unicodeRule);
  if (steps.length === 0) return json;
  return { ...json, pre_tokenizer: { type: "Sequence", pretokenizers: steps } };
}

function unicodeRule(step: JsonObject): JsonObject[] {
  if (step.type === "Digits") {
    return [splitRule(step.individual_digits === true ? "\\p{N}" : "\\p{N}+")];
  }
  if (step.type === "ByteLevel" && step.use_regex !== false && step.add_prefix_space !== true) {
    return [splitRule(GPT2_WORDS), { ...step, use_regex: false }];
  }
  return [step];
}

function splitRule(regex: string): JsonObject {
  return { type: "Split", pattern: { Regex: regex }, behavior: "Isolated", invert: false };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAdded(value: unknown): value is AddedTokenJson {
  return isObject(value) && typeof value.id === "number" && typeof value.content === "string";
}
