/**
 * The compressor that works at once: the embedded model, loaded when first needed.
 *
 * @module
 */
import {
  type Budget,
  type CompressedPrompt,
  type CompressOptions,
  type Compressor as CoreCompressor,
  createCompressor as createCoreCompressor,
  LlmlinguaError,
  type PromptInput,
  type TokenCounter,
  type TokenScorer,
} from "@llmlingua/core";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { loadTokenCounter } from "./tokenizer.js";

/** What a compressor is made with. */
export interface CompressorSettings {
  /** Folder of a scorer (with a `scorer.json`); default the embedded SmolLM2-135M-Instruct. */
  readonly model?: string | URL;
  /** A scorer of your own, instead of `model`; it stays yours to close. */
  readonly scorer?: TokenScorer;
  /**
   * The target model's tokenizer, in which sizes are counted: an encoding, an OpenAI model name, a
   * path to a `tokenizer.json`, or a counter of your own. Default `cl100k_base`.
   */
  readonly tokenizer?: string | TokenCounter;
  /** Threads the model computes with; default one per physical core, at most 8. */
  readonly threads?: number;
}

export interface Compressor extends CoreCompressor {
  /** Tokens of a text in the target's tokenizer. */
  count(text: string): Promise<number>;
  /** Frees the model. Later calls fail with `closed`. */
  close(): Promise<void>;
}

/** Name of the tokenizer that sizes are counted in unless another is asked for. */
export const DEFAULT_TOKENIZER = "cl100k_base";

/**
 * Makes a compressor; model and tokenizer are loaded when first used and kept. A process that
 * forgets to `close` still exits.
 *
 * @example
 * ```ts
 * const compressor = createCompressor({ tokenizer: "gpt-4o" });
 * const result = await compressor.compress({ contexts: documents, question }, { rate: 0.3 });
 * await compressor.close();
 * ```
 */
export function createCompressor(settings: CompressorSettings = {}): Compressor {
  const { model = modelDirectory, scorer, tokenizer = DEFAULT_TOKENIZER, threads } = settings;
  if (settings.model !== undefined && scorer !== undefined) {
    throw new LlmlinguaError("invalid-option", "Both model and scorer are given; give one.");
  }
  const counter = once(async () =>
    typeof tokenizer === "string" ? loadTokenCounter(tokenizer) : tokenizer,
  );
  const loaded = once(async () => scorer ?? loadScorer(model, { threads }));
  const core = once(async () => {
    const counting = await counter();
    return createCoreCompressor({ scorer: await loaded(), counter: counting });
  });
  let closed = false;
  const open = <T>(use: () => Promise<T>): Promise<T> => {
    if (!closed) return use();
    return Promise.reject(
      new LlmlinguaError("closed", "This compressor is closed; make a new one."),
    );
  };
  return {
    compress: (input, options) => open(async () => (await core()).compress(input, options)),
    count: (text) => open(async () => (await counter()).count(text)),
    async close() {
      closed = true;
      if (scorer === undefined && loaded.started()) await (await loaded()).close();
    },
  };
}

let shared: { readonly key: string; readonly compressor: Compressor } | undefined;

/**
 * Compresses one prompt with the embedded model (or the one named). The model stays loaded for the
 * next call with the same settings.
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
  input: string | PromptInput,
  options: CompressOptions & Budget & CompressorSettings,
): Promise<CompressedPrompt> {
  const { model, scorer, tokenizer, threads } = options ?? {};
  if (scorer !== undefined || typeof tokenizer === "object") {
    const compressor = createCompressor({ model, scorer, tokenizer, threads });
    return compressor.compress(input, options).finally(() => compressor.close());
  }
  const key = JSON.stringify([String(model ?? ""), tokenizer, threads]);
  if (shared?.key !== key)
    shared = { key, compressor: createCompressor({ model, tokenizer, threads }) };
  return shared.compressor.compress(input, options);
}

/** Runs `make` once, when first asked; a failure is forgotten, so that the next call tries again. */
function once<T>(make: () => Promise<T>): (() => Promise<T>) & { started(): boolean } {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.assign(get, { started: () => made !== undefined });
}
