/**
 * Reads the small files of a model folder: manifest and tokenizer.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LlmlinguaError } from "../../errors.js";
import { tokenizerFromJson } from "../../tokens/hugging-face.js";
import type { Tokenizer } from "../../tokens/types.js";
import type { ScorerManifest } from "./manifest.js";

/**
 * Reads and checks `scorer.json`.
 *
 * @throws LlmlinguaError `unknown-model` (no such folder or file), `damaged-model`,
 * `missing-dependency`
 */
export async function readManifest(directory: string): Promise<ScorerManifest> {
  const path = join(directory, "scorer.json");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LlmlinguaError(
      "unknown-model",
      `No model in ${directory}: it has no readable scorer.json. Give the folder of a scorer, e.g. modelDirectory of @llmlingua/model-smollm2-135m.`,
      { cause },
    );
  });
  // Late, for it brings zod, an optional peer.
  const { parseManifest } = await import("./manifest.js").catch((cause: unknown) => {
    throw new LlmlinguaError(
      "missing-dependency",
      "Reading a model's scorer.json needs the package zod. Install it: npm install zod",
      { cause },
    );
  });
  return parseManifest(text, path);
}

/**
 * Reads the tokenizer that a manifest names.
 *
 * @throws LlmlinguaError `damaged-model`, `unknown-tokenizer`, `missing-dependency`
 */
export async function readTokenizer(
  directory: string,
  manifest: ScorerManifest,
): Promise<Tokenizer> {
  try {
    const text = await readFile(join(directory, manifest.tokenizer), "utf8");
    return await tokenizerFromJson(JSON.parse(text), manifest.name);
  } catch (cause) {
    if (cause instanceof LlmlinguaError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError(
      "damaged-model",
      `Cannot read ${manifest.tokenizer} in ${directory}: ${reason}. Reinstall the package that holds the model.`,
      { cause },
    );
  }
}
