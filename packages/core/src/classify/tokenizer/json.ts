/**
 * Reading JSON of unknown shape. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";

/** A JSON object whose keys are not known yet. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for a part of a `tokenizer.json` that this reader does not know. */
export function unsupported(part: string, type: unknown): LlmlinguaError {
  return new LlmlinguaError(
    "unknown-tokenizer",
    `The tokenizer.json has the ${part} ${String(type)}; LLMLingua-2 classifiers are read with BERT's WordPiece or XLM-RoBERTa's Unigram parts. Use a checkpoint of one of these families.`,
  );
}

/** The text with everything escaped that means something in a RegExp. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
