/**
 * The compressor that works at once: the embedded model, loaded when first needed.
 *
 * @module
 */
import {
  type BatchInput,
  type CompressOptions,
  type Compressor as CoreCompressor,
  createCompressor as createCoreCompressor,
  createScoreMemory,
  LlmlinguaError,
  oneByOne,
  type ScoreMemory,
  settingsOf,
  type TokenClassifier,
  type TokenCounter,
  type TokenScorer,
} from "@llmlingua/core";
import { loadClassifier } from "@llmlingua/core/classify/onnx";
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
  /** Folder of an LLMLingua-2 checkpoint in ONNX, or a classifier of your own; method `llmlingua2` needs it. */
  readonly classifier?: string | URL | TokenClassifier;
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
  const { model = modelDirectory, scorer, classifier, tokenizer, threads } = settings;
  if (settings.model !== undefined && scorer !== undefined) {
    throw new LlmlinguaError("invalid-option", "Both model and scorer are given; give one.");
  }
  const counter = counterOf(tokenizer);
  const classifiers = classifierHolder(classifier, threads);
  const holder = scorer === undefined ? modelHolder(model, threads) : borrowed(scorer);
  const batches = new Set<AbortController>();
  const running = new Map<AbortController, Promise<unknown>>();
  let closed: LlmlinguaError | undefined;
  /** One job, known to `close` while it runs. */
  const start = <T>(
    options: CompressOptions,
    job: (core: CoreCompressor, signal: AbortSignal) => Promise<T>,
    memory?: ScoreMemory,
  ) => {
    if (closed !== undefined) return Promise.reject<T>(closed);
    const stop = new AbortController();
    const work = runUntil(
      stop,
      { holder, counter, classifier: classifiers?.get, memory },
      options,
      job,
    );
    running.set(stop, work);
    const forget = () => running.delete(stop);
    work.then(forget, forget);
    return work;
  };
  return {
    compress: (input, options) =>
      start(options, (core, signal) => core.compress(input, { ...options, signal })),
    compressMessages: (messages, options) => {
      const { roleRates: _rates, keepLastUser: _last, keepLast: _count, ...rest } = options ?? {};
      const { keepCalls: _calls, ...own } = rest;
      return start(own, (core, signal) => core.compressMessages(messages, { ...options, signal }));
    },
    async *compressMany(inputs, options) {
      settingsOf(options);
      if (closed !== undefined) throw closed;
      const memory = createScoreMemory();
      const stop = new AbortController();
      const { signal } = options;
      const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      batches.add(stop);
      // Each prompt takes its own turn with the model, so that other work goes on in between.
      const each = (input: BatchInput) =>
        start(options, (core, own) => core.compress(input, { ...options, signal: own }), memory);
      try {
        yield* oneByOne(inputs, either, each);
      } catch (error) {
        throw stop.signal.aborted && !signal?.aborted ? stop.signal.reason : error;
      } finally {
        batches.delete(stop);
      }
    },
    async count(text) {
      if (closed !== undefined) throw closed;
      return (await counter()).count(text);
    },
    async close() {
      closed ??= closedError();
      for (const stop of batches) stop.abort(closed);
      for (const [stop, job] of running) {
        // Whoever closes knows that jobs end; their errors must not end the process too.
        job.catch(() => undefined);
        stop.abort(closed);
      }
      await holder.close();
      await classifiers?.close();
    },
  };
}

interface Parts {
  readonly holder: ScorerHolder;
  readonly counter: () => Promise<TokenCounter>;
  readonly classifier?: () => Promise<TokenClassifier>;
  /** Of a batch. */
  readonly memory?: ScoreMemory;
}

/** One job, ended by its own signal or by `stop`, whose reason it then fails with. */
async function runUntil<T>(
  stop: AbortController,
  { holder, counter, classifier, memory }: Parts,
  options: CompressOptions,
  job: (core: CoreCompressor, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // First, for it sees to it that the signal is one.
  settingsOf(options);
  const { signal } = options;
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", forward);
  if (signal?.aborted) forward();
  try {
    return await withScorer(
      () => holder,
      (lease) => {
        const scorer = memory ? async () => memory.over(await lease()) : lease;
        return job(createCoreCompressor({ scorer, counter, classifier }), stop.signal);
      },
    );
  } catch (error) {
    throw stop.signal.aborted && !signal?.aborted ? stop.signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", forward);
  }
}

/** Loads a checkpoint when it is first needed; one of the caller's own stays the caller's to close. */
function classifierHolder(
  classifier: string | URL | TokenClassifier | undefined,
  threads: number | undefined,
) {
  if (classifier === undefined) return undefined;
  if (typeof classifier === "object" && "classify" in classifier) {
    return { get: async () => classifier, close: async () => undefined };
  }
  let loading: Promise<TokenClassifier> | undefined;
  return {
    get: () => {
      const load = loading ?? loadClassifier(classifier, { threads });
      loading = load;
      load.catch(() => {
        // What is put right later can be loaded then.
        if (loading === load) loading = undefined;
      });
      return load;
    },
    close: async () => {
      const loaded = await loading?.catch(() => undefined);
      await loaded?.close();
    },
  };
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
