/**
 * Compression by one call: models and counters are loaded behind it and kept.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Budget,
  type CompressedPrompt,
  type CompressOptions,
  createCompressor as createCoreCompressor,
  type Prompt,
  type PromptInput,
} from "@llmlingua/core";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { type CompressorSettings, createCompressor, modelHolder } from "./compressor.js";
import { counterOf } from "./counter.js";
import { type ScorerHolder, withScorer } from "./scorer-holder.js";

/** The model that was asked for last. */
let current: { readonly key: string; readonly holder: ScorerHolder } | undefined;

/**
 * Compresses one prompt with the embedded model (or the one named). The model stays loaded for the
 * next call that asks for it, with whatever tokenizer (a classifier is loaded for each call: keep one with
 * {@link createCompressor}); it is closed when another is asked for and
 * its own jobs are done.
 *
 * @param input - a text, whose blank-line blocks are contexts, or `{ instruction, contexts, question }`
 * @param options - `rate` or `targetToken`, and everything in {@link CompressOptions}
 * @throws LlmlinguaError with a stable `code`
 *
 * @example
 * ```ts
 * import { compress } from "llmlingua";
 *
 * const { text, originalTokens, compressedTokens } = await compress(prompt, { rate: 0.2 });
 * ```
 */
export async function compress(
  input: string | PromptInput | Prompt,
  options: CompressOptions & Budget & CompressorSettings,
): Promise<CompressedPrompt> {
  const { model, scorer, classifier, tokenizer, threads, ...own } = options ?? {};
  const compression = own as CompressOptions & Budget;
  if (scorer !== undefined || classifier !== undefined) {
    const compressor = createCompressor({ model, scorer, classifier, tokenizer, threads });
    return compressor.compress(input, compression).finally(() => compressor.close());
  }
  const counter = counterOf(tokenizer);
  return withScorer(
    () => sharedHolder(model, threads),
    (shared) => createCoreCompressor({ scorer: shared, counter }).compress(input, compression),
  );
}

function sharedHolder(model: string | URL = modelDirectory, threads?: number): ScorerHolder {
  const folder = typeof model === "string" ? resolve(model) : fileURLToPath(model);
  const key = JSON.stringify([folder, threads]);
  if (current?.key === key) return current.holder;
  current?.holder.retire();
  current = { key, holder: modelHolder(folder, threads) };
  return current.holder;
}
