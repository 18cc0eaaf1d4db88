/**
 * One compression, from a prompt and settings to a result.
 *
 * @module
 */
import { type PromptSize, targetTokens } from "../budget/size.js";
import type { TokenClassifier } from "../classify/types.js";
import { LlmlinguaError, throwIfAborted } from "../errors.js";
import { type Breather, breather } from "../schedule.js";
import type { Prompt, PromptForm, PromptPart, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import type { TokenCounter } from "../tokens/types.js";
import type { CompressorParts } from "./compressor.js";
import { classifierSource, runFlat, selectiveSource } from "./flat-recipe.js";
import { protectedPrompt } from "./protected-prompt.js";
import { type Pruned, prune } from "./prune.js";
import { likeReference } from "./reference.js";
import { type Asked, type Outcome, resultOf, unchanged } from "./result.js";
import type { Settings } from "./settings.js";
import { countedText, slicesOf } from "./slices.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

/** The scorer's name in the result of a job that needed none. */
const NO_SCORER = "none";

/** A result, and its spans in the text that was read. */
export interface RunResult {
  readonly result: CompressedPrompt;
  readonly kept: readonly Span[];
}

/** Runs one compression to its end. */
export async function run(
  parts: CompressorParts,
  given: Prompt,
  settings: Settings,
  options: CompressOptions & Budget,
): Promise<RunResult> {
  const prompt = protectedPrompt(given, settings);
  const started = performance.now();
  const breath = breather(options.signal);
  const counter = await partOf(parts.counter, options.signal);
  const size = await sizeOf(prompt, settings, options, counter, breath);
  const target = options.rate === "auto" ? size.read : targetTokens(options, size);
  const asked: Asked = {
    prompt,
    counter,
    originalTokens: size.prompt,
    readTokens: size.read,
    targetTokens: target,
    method: settings.method,
    preset: settings.preset,
    scorer: NO_SCORER,
    breath,
  };
  const isEmpty = prompt.parts.length === 0;
  const asReference = settings.preset === "microsoft" && !isEmpty;
  const fits = target >= size.prompt && options.rate !== "auto";
  if ((fits && !asReference) || isEmpty) {
    const outcome = unchanged(prompt, performance.now() - started);
    return finished({ ...asked, targetTokens: size.prompt }, outcome);
  }
  if (asReference) {
    if (prompt.form !== undefined) throw notLikeReference(prompt.form);
    const scorer = await partOf(parts.scorer, options.signal);
    const { outcome, ...aim } = await likeReference({ scorer, counter }, asked, options);
    return finished({ ...asked, ...aim, scorer: scorer.name }, outcome);
  }
  const { outcome, ...found } = await recipe(parts, asked, settings, options);
  return finished({ ...asked, ...found }, outcome);
}

async function finished(asked: Asked, outcome: Outcome): Promise<RunResult> {
  return { result: await resultOf(asked, outcome), kept: outcome.spans };
}

/** Runs the method that the settings name. */
async function recipe(
  parts: CompressorParts,
  { prompt, counter, readTokens, targetTokens: target }: Asked,
  settings: Settings,
  { rate, auto = {}, signal, onProgress }: CompressOptions & Budget,
): Promise<Pruned> {
  const aim = { original: readTokens, target, auto: rate === "auto" ? auto : undefined };
  const scorer = () => partOf(parts.scorer, signal);
  const work = { prompt, settings, counter, signal, onProgress };
  switch (settings.method) {
    case "llmlingua":
    case "longllmlingua":
      checkPartRates(prompt, settings);
      return prune({ ...work, scorer: await scorer() }, aim);
    case "selective-context": {
      const source = selectiveSource(await scorer(), settings, signal);
      return runFlat({ ...work, scorer }, aim, source);
    }
    case "llmlingua2": {
      const classifier = await classifierOf(parts, signal);
      const source = classifierSource(classifier, settings, signal);
      return runFlat({ ...work, scorer }, aim, source);
    }
    default:
      return settings.method satisfies never;
  }
}

function notLikeReference(form: PromptForm): LlmlinguaError {
  return new LlmlinguaError(
    "invalid-option",
    `Preset "microsoft" takes plain text and parts, not ${form}: the reference's own handling loses text (PARITY.md).`,
  );
}

/** @throws LlmlinguaError `invalid-option` where parts are to be kept in part and no stage does so */
function checkPartRates({ parts }: Prompt, { tokenLevel }: Settings): void {
  const own = tokenLevel ? undefined : parts.find(({ rate = 1 }) => rate < 1);
  if (own === undefined) return;
  throw new LlmlinguaError(
    "invalid-option",
    `tokenLevel is false; it must be true where a part has a rate of its own (${own.rate}).`,
  );
}

async function classifierOf(
  { classifier }: CompressorParts,
  signal: AbortSignal | undefined,
): Promise<TokenClassifier> {
  if (classifier !== undefined) return partOf(classifier, signal);
  throw new LlmlinguaError(
    "invalid-option",
    'method "llmlingua2" needs a classifier and there is none: load a checkpoint with loadClassifier of @llmlingua/core/classify/onnx, or give its folder.',
  );
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

/** Tokens of the prompt and, where the size is a size of less, of what it is not a size of. */
async function sizeOf(
  prompt: Prompt,
  settings: Settings,
  options: Partial<Budget>,
  counter: TokenCounter,
  breath: Breather,
): Promise<PromptSize> {
  const all = await countText(counter, countedText(prompt), breath);
  // What a rule drops is part of the prompt and stays in no case.
  const everything = [{ start: 0, end: prompt.text.length }];
  const read = prompt.source ? await countText(counter, slicesOf(prompt, everything), breath) : all;
  // A number of tokens is what must fit somewhere: it is never less than all that comes out.
  const isWhole = settings.sizeOf === "compressible" && options.targetToken !== undefined;
  if (settings.sizeOf === "prompt" || isWhole) return { prompt: all, read, apart: 0, kept: 0 };
  let between = read;
  let own = all - read;
  let kept = 0;
  for (const part of prompt.parts) {
    const tokens = await countText(counter, slicesOf(prompt, [part]), breath);
    const rate = rateApart(part, settings);
    between -= tokens;
    if (rate === undefined) continue;
    own += tokens;
    kept += rate * tokens;
  }
  return { prompt: all, read, apart: own + between, kept: kept + between };
}

/** The rate at which a part stays out of the size; undefined: it is part of it. */
function rateApart({ kind, rate }: PromptPart, settings: Settings): number | undefined {
  if (settings.sizeOf === "contexts") return kind === "context" ? undefined : 1;
  if (rate !== undefined || kind === "context") return rate;
  return kind === "instruction" ? settings.instructionRate : settings.questionRate;
}
