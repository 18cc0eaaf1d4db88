/**
 * A model folder, checked, and what makes rows for its graph from texts.
 *
 * @module
 */
import { loadHuggingFace } from "../../tokens/hugging-face.js";
import { readTokenizerJson } from "../../tokens/tokenizer-json.js";
import { createEncoderInputs, type EncoderInputs } from "./encoder-inputs.js";
import { type HubFolder, readHubFolder } from "./hub-folder.js";
import { checkFacts, maxTokensOf } from "./model-facts.js";
import type { EncoderSetup } from "./protocol.js";
import { type SpecialTokens, specialTokensOf } from "./special-tokens.js";

/** What is known of a model before its graph is opened. */
export interface FolderInputs {
  readonly folder: HubFolder;
  readonly inputs: EncoderInputs;
  readonly specials: SpecialTokens;
  /** Most tokens of a row, special tokens included. */
  readonly maxTokens: number;
}

/**
 * Reads a folder and its tokenizer.
 *
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function readFolderInputs(
  setup: Pick<EncoderSetup, "directory" | "graph" | "maxTokens">,
): Promise<FolderInputs> {
  const folder = await readHubFolder(setup);
  const tokenizer = await loadHuggingFace(
    readTokenizerJson(folder.tokenizer, folder.name),
    folder.name,
  );
  const largestId = Array.from(tokenizer.get_vocab().values()).reduce((a, b) => Math.max(a, b), 0);
  checkFacts(folder, largestId);
  const maxTokens = maxTokensOf(folder, setup.maxTokens);
  const specials = specialTokensOf(folder.tokenizer.post_processor, folder.name);
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  return { folder, inputs: createEncoderInputs(encode, specials, maxTokens), specials, maxTokens };
}
