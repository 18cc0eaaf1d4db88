/**
 * Token counters by name or by file.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import {
  counterFromTokenizerJson,
  LlmlinguaError,
  loadCounter,
  type TokenCounter,
} from "@llmlingua/core";

/**
 * A counter by encoding (`cl100k_base`), OpenAI model (`gpt-4o`) or path to a `tokenizer.json`
 * (anything that ends in `.json`).
 *
 * @throws LlmlinguaError `unknown-tokenizer` for an unknown name or an unreadable file
 */
export async function loadTokenCounter(nameOrPath: string): Promise<TokenCounter> {
  if (!nameOrPath.endsWith(".json")) return loadCounter(nameOrPath);
  return counterFromTokenizerJson(await readJson(nameOrPath), nameOrPath);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `Cannot read the tokenizer file ${path}: ${cause instanceof Error ? cause.message : cause}. Give a Hugging Face tokenizer.json or a name such as cl100k_base.`,
      { cause },
    );
  }
}
