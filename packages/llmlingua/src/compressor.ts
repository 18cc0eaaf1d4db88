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
  type Prompt,
  type PromptInput,
  settingsOf,
  type TokenCounter,
  type TokenScorer,
} from "@llmlingua/core";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { counterOf } from "./counter.js";
import { closedError, ScorerHolder, withScorer } from "./scorer-holder.js";

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
  /** Frees the model. Running and later calls fail with `closed`. */
  close(): Promise<void>;
}

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
  const { model = modelDirectory, scorer, tokenizer, threads } = settings;
  if (settings.model !== undefined && scorer !== undefined) {
    throw new LlmlinguaError("invalid-option", "Both model and scorer are given; give one.");
  }
  const counter = counterOf(tokenizer);
  const holder = scorer === undefined ? modelHolder(model, threads) : borrowed(scorer);
  const running = new Map<Promise<unknown>, AbortController>();
  let closed: LlmlinguaError | undefined;
  return {
    compress(input, options) {
      if (closed !== undefined) return Promise.reject(closed);
      const stop = new AbortController();
      const job = compressUntil(stop, { holder, counter }, input, options);
      running.set(job, stop);
      const forget = () => running.delete(job);
      job.then(forget, forget);
      return job;
    },
    async count(text) {
      if (closed !== undefined) throw closed;
      return (await counter()).count(text);
    },
    async close() {
      closed ??= closedError();
      for (const [job, stop] of running) {
        // Whoever closes knows that jobs end; their errors must not end the process too.
        job.catch(() => undefined);
        stop.abort(closed);
      }
      await holder.close();
    },
  };
}

interface Parts {
  readonly holder: ScorerHolder;
  readonly counter: () => Promise<TokenCounter>;
}

/** One job, ended by its own signal or by `stop`, whose reason it then fails with. */
async function compressUntil(
  stop: AbortController,
  { holder, counter }: Parts,
  input: string | PromptInput | Prompt,
  options: CompressOptions & Budget,
): Promise<CompressedPrompt> {
  // First, for it sees to it that the signal is one.
  settingsOf(options);
  const { signal } = options;
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", forward);
  if (signal?.aborted) forward();
  try {
    return await withScorer(
      () => holder,
      (scorer) =>
        createCoreCompressor({ scorer, counter }).compress(input, {
          ...options,
          signal: stop.signal,
        }),
    );
  } catch (error) {
    throw stop.signal.aborted && !signal?.aborted ? stop.signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", forward);
  }
}

/** Loads the model of a folder, and closes what it loaded. */
export function modelHolder(model: string | URL, threads: number | undefined): ScorerHolder {
  return new ScorerHolder({
    load: () => loadScorer(model, { threads }),
    close: (scorer) => scorer.close(),
  });
}

function borrowed(scorer: TokenScorer): ScorerHolder {
  return new ScorerHolder({ load: async () => scorer, close: async () => undefined });
}
