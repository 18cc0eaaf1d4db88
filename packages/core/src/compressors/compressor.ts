/**
 * The compressor: checks what was asked, runs a recipe, one job after another.
 *
 * @module
 */
import { checkSize, type PromptSize, targetTokens } from "../budget/size.js";
import { throwIfAborted, untilAborted } from "../errors.js";
import { type Breather, breather } from "../schedule.js";
import type { TokenScorer } from "../score/types.js";
import { promptOf } from "../text/prompt.js";
import type { Prompt, PromptInput, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import { tokenizePrompt } from "../tokens/prompt-tokens.js";
import type { TokenCounter } from "../tokens/types.js";
import { type Job, openJob } from "./job.js";
import { type LlmlinguaResult, llmlingua } from "./llmlingua.js";
import { type Settings, settingsOf } from "./options.js";
import { checkReferenceOptions, likeReference } from "./reference.js";
import { type Asked, type Outcome, resultOf, unchanged } from "./result.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

/**
 * What a compressor works with: each part, or a function that gets it, called by every job that
 * needs it, after the job's options and prompt were checked.
 */
export interface CompressorParts {
  /** Not asked for where the prompt fits as it is: such a result names the scorer `none`. */
  readonly scorer: TokenScorer | (() => Promise<TokenScorer>);
  /** Counts in the target model's tokens. */
  readonly counter: TokenCounter | (() => Promise<TokenCounter>);
}

/** Compresses prompts with one scorer. Jobs run one after another, in the order of the calls. */
export interface Compressor {
  /**
   * @throws LlmlinguaError `invalid-option`, `invalid-prompt`, `protected-too-large`, `aborted`,
   * `scorer-failed`, `closed`
   */
  compress(
    input: string | PromptInput,
    options: CompressOptions & Budget,
  ): Promise<CompressedPrompt>;
}

/**
 * Makes a compressor from a scorer and a counter.
 *
 * @example
 * ```ts
 * const compressor = createCompressor({ scorer: createHashScorer(), counter: await loadCounter("cl100k_base") });
 * const { text } = await compressor.compress(prompt, { rate: 0.2 });
 * ```
 */
export function createCompressor(parts: CompressorParts): Compressor {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    async compress(input, options) {
      const settings = settingsOf(options);
      const given = { ...options };
      checkSize(options);
      if (settings.preset === "microsoft") checkReferenceOptions(options);
      const prompt = promptOf(input);
      throwIfAborted(options.signal);
      const job = tail.then(() => {
        throwIfAborted(options.signal);
        return run(parts, prompt, settings, given);
      });
      tail = job.catch(() => undefined);
      return untilAborted(job, options.signal);
    },
  };
}

/** The scorer's name in the result of a job that needed none. */
const NO_SCORER = "none";

async function run(
  parts: CompressorParts,
  prompt: Prompt,
  settings: Settings,
  options: CompressOptions & Budget,
): Promise<CompressedPrompt> {
  const started = performance.now();
  const breath = breather(options.signal);
  const counter = await partOf(parts.counter, options.signal);
  const size = await sizeOf(prompt, settings, counter, breath);
  const originalTokens = size.prompt;
  const target = targetTokens(options, size, settings.sizeOf);
  const asked: Asked = {
    prompt,
    counter,
    originalTokens,
    targetTokens: target,
    preset: settings.preset,
    scorer: NO_SCORER,
    breath,
  };
  const asReference = settings.preset === "microsoft" && prompt.parts.length > 0;
  if (target >= originalTokens && !asReference) {
    return unchanged({ ...asked, targetTokens: originalTokens }, performance.now() - started);
  }
  const scorer = await partOf(parts.scorer, options.signal);
  if (asReference) {
    const { outcome, ...aim } = await likeReference({ scorer, counter }, asked, options);
    return resultOf({ ...asked, ...aim, scorer: scorer.name }, outcome);
  }
  const outcome = await prune({ scorer, counter }, asked, settings, options);
  return resultOf({ ...asked, scorer: scorer.name }, outcome);
}

async function partOf<T extends object>(
  part: T | (() => Promise<T>),
  signal: AbortSignal | undefined,
): Promise<T> {
  if (typeof part !== "function") return part;
  const found = await part();
  throwIfAborted(signal);
  return found;
}

/** The recipe, where something must go. */
async function prune(
  { scorer, counter }: { readonly scorer: TokenScorer; readonly counter: TokenCounter },
  { prompt, originalTokens, targetTokens: target }: Asked,
  settings: Settings,
  { signal, onProgress }: CompressOptions,
): Promise<Outcome> {
  const started = performance.now();
  const tokens = await tokenizePrompt(prompt, scorer.tokenizer, signal);
  const tokenizeMs = performance.now() - started;
  const job = openJob({ tokens, settings, scorer, counter, signal }, onProgress);
  const found = await llmlingua(job, { original: originalTokens, target });
  return {
    text: found.text,
    spans: found.spans,
    tokens: { offsets: tokens.offsets, surprisals: job.surprisals, kept: found.kept },
    surprisals: found.coarse.surprisals,
    sentences: goneSentences(job, found),
    timings: {
      tokenizeMs,
      coarseMs: found.coarseMs,
      fineMs: found.fineMs,
      fitMs: found.fitMs,
      totalMs: performance.now() - started,
      scoredTokens: job.meter.scored,
    },
  };
}

/** Sentences that were dropped whole and did not come back, in part, to fill the size. */
function goneSentences({ tokens, breaks }: Job, { coarse, kept }: LlmlinguaResult): Span[] {
  const isGone = ({ from, to }: { from: number; to: number }) =>
    kept.subarray(from, to).every((flag, i) => flag === 0 || breaks[from + i] >= 0);
  return coarse.sentences
    .filter(isGone)
    .map(({ from, to }) => ({ start: tokens.offsets[from], end: tokens.offsets[to] }));
}

/** Tokens of the prompt, and of its contexts where the size is a size of those. */
async function sizeOf(
  prompt: Prompt,
  settings: Settings,
  counter: TokenCounter,
  breath: Breather,
): Promise<PromptSize> {
  let contexts = 0;
  for (const { kind, start, end } of settings.sizeOf === "contexts" ? prompt.parts : []) {
    if (kind !== "context") continue;
    contexts += await countText(counter, prompt.text.slice(start, end), breath);
  }
  return { prompt: await countText(counter, prompt.text, breath), contexts };
}
