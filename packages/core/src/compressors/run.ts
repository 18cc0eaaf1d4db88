/**
 * One compression, from a prompt and settings to a result.
 *
 * @module
 */
import { type PromptSize, targetTokens } from "../budget/size.js";
import { throwIfAborted } from "../errors.js";
import { type Breather, breather } from "../schedule.js";
import type { TokenScorer } from "../score/types.js";
import type { Prompt, PromptPart, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import { tokenizePrompt } from "../tokens/prompt-tokens.js";
import type { TokenCounter } from "../tokens/types.js";
import type { CompressorParts } from "./compressor.js";
import { type Job, openJob } from "./job.js";
import { type LlmlinguaResult, llmlingua } from "./llmlingua.js";
import { meterOf } from "./meter.js";
import type { Settings } from "./options.js";
import { rankContexts } from "./ranking.js";
import { likeReference } from "./reference.js";
import { type Asked, type Outcome, resultOf, unchanged } from "./result.js";
import { countedText, slicesOf } from "./slices.js";
import { stopwatch } from "./stopwatch.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

/** The scorer's name in the result of a job that needed none. */
const NO_SCORER = "none";

/** Runs one compression to its end. */
export async function run(
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
  const target = targetTokens(options, size);
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
  const { prompt: read, outcome } = await prune({ scorer, counter }, asked, settings, options);
  return resultOf({ ...asked, prompt: read, scorer: scorer.name }, outcome);
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

/** The recipe, where something must go; gives the prompt as it was read, too. */
async function prune(
  { scorer, counter }: { readonly scorer: TokenScorer; readonly counter: TokenCounter },
  { prompt, originalTokens, targetTokens: target }: Asked,
  settings: Settings,
  { signal, onProgress }: CompressOptions,
): Promise<{ prompt: Prompt; outcome: Outcome }> {
  const clock = stopwatch();
  const started = performance.now();
  const meter = meterOf(onProgress);
  const ranked = await rankContexts(prompt, settings, scorer, meter, signal);
  const rankMs = clock();
  const tokens = await tokenizePrompt(ranked.prompt, scorer.tokenizer, signal);
  const tokenizeMs = clock();
  const job = openJob({ ...ranked, tokens, settings, scorer, counter, signal, meter });
  const found = await llmlingua(job, { original: originalTokens, target });
  const { surprisals } = job;
  const outcome: Outcome = {
    text: found.text,
    spans: found.spans,
    tokens: { text: tokens.text, offsets: tokens.offsets, surprisals, kept: found.kept },
    surprisals: found.coarse.surprisals,
    sentences: goneSentences(job, found),
    timings: {
      rankMs,
      tokenizeMs,
      coarseMs: found.coarseMs,
      fineMs: found.fineMs,
      fitMs: found.fitMs,
      totalMs: performance.now() - started,
      scoredTokens: meter.scored,
    },
  };
  return { prompt: ranked.prompt, outcome };
}

/** Sentences that were dropped whole and did not come back, in part, to fill the size. */
function goneSentences({ tokens, breaks }: Job, { coarse, kept }: LlmlinguaResult): Span[] {
  const isGone = ({ from, to }: { from: number; to: number }) =>
    kept.subarray(from, to).every((flag, i) => flag === 0 || breaks[from + i] >= 0);
  return coarse.sentences
    .filter(isGone)
    .map(({ from, to }) => ({ start: tokens.offsets[from], end: tokens.offsets[to] }));
}

/** Tokens of the prompt and, where the size is a size of less, of what it is not a size of. */
async function sizeOf(
  prompt: Prompt,
  settings: Settings,
  counter: TokenCounter,
  breath: Breather,
): Promise<PromptSize> {
  const all = await countText(counter, countedText(prompt), breath);
  let apart = 0;
  let kept = 0;
  for (const part of settings.sizeOf === "prompt" ? [] : prompt.parts) {
    const rate = rateApart(part, settings);
    if (rate === undefined) continue;
    const tokens = await countText(counter, slicesOf(prompt, [part]), breath);
    apart += tokens;
    kept += rate * tokens;
  }
  return { prompt: all, apart, kept };
}

/** The rate at which a part stays out of the size; undefined: it is part of it. */
function rateApart({ kind, rate }: PromptPart, settings: Settings): number | undefined {
  if (settings.sizeOf === "contexts") return kind === "context" ? undefined : 1;
  if (rate !== undefined || kind === "context") return rate;
  return kind === "instruction" ? settings.instructionRate : settings.questionRate;
}
