/**
 * LLMLingua and LongLLMLingua as a whole: rank, read, find the size, prune.
 *
 * @module
 */
import { rememberingScorer } from "../score/memory.js";
import type { TokenScorer } from "../score/types.js";
import type { Prompt, Span } from "../text/types.js";
import { tokenizePrompt } from "../tokens/prompt-tokens.js";
import type { TokenCounter } from "../tokens/types.js";
import { informationTarget, questionTarget } from "./auto.js";
import { fixedTokens } from "./fit.js";
import { type Job, openJob } from "./job.js";
import { type LlmlinguaResult, llmlingua } from "./llmlingua.js";
import { meterOf } from "./meter.js";
import { questionOf, rankContexts } from "./ranking.js";
import type { Outcome } from "./result.js";
import type { Settings } from "./settings.js";
import { stopwatch } from "./stopwatch.js";
import type { AutoEstimate, AutoRate, CompressOptions } from "./types.js";

/** What to work on and with. */
export interface Work extends Pick<CompressOptions, "signal" | "onProgress"> {
  readonly prompt: Prompt;
  readonly settings: Settings;
  readonly scorer: TokenScorer;
  readonly counter: TokenCounter;
}

/** Tokens of the prompt and to aim at, in the counter's; with `auto` the aim is to be found. */
export interface Aim {
  readonly original: number;
  readonly target: number;
  readonly auto?: AutoRate;
}

/** What came out, and the prompt as it was read. */
export interface Pruned {
  readonly prompt: Prompt;
  readonly outcome: Outcome;
  readonly scorer: string;
  readonly targetTokens: number;
  readonly auto?: AutoEstimate;
}

export async function prune(work: Work, { original, target, auto }: Aim): Promise<Pruned> {
  const { settings, counter, signal } = work;
  // A search runs the recipe again and again over the same contexts.
  const isSearch = auto?.questionLoss !== undefined;
  const scorer = isSearch ? rememberingScorer(work.scorer) : work.scorer;
  const needs = { contrastive: settings.contrastive, "auto.questionLoss": isSearch };
  for (const [name, isNeeded] of Object.entries(needs)) {
    if (isNeeded) questionOf(work.prompt, name);
  }
  const started = performance.now();
  const clock = stopwatch();
  const meter = meterOf(work.onProgress);
  const ranked = await rankContexts(work.prompt, settings, async () => scorer, meter, signal);
  const { prompt } = ranked;
  const rankMs = clock();
  const tokens = await tokenizePrompt(prompt, scorer.tokenizer, signal);
  const times = { rankMs, tokenizeMs: clock() };
  const open = () => openJob({ ...ranked, tokens, settings, scorer, counter, signal, meter });
  const to = async (size: number, job = open()) =>
    outcomeOf(job, await llmlingua(job, { original, target: size }), times);
  const known = { prompt, scorer: scorer.name };
  const timed = (outcome: Outcome): Outcome => {
    const totalMs = performance.now() - started;
    return { ...outcome, timings: { ...outcome.timings, totalMs } };
  };
  if (auto === undefined) {
    return { ...known, outcome: timed(await to(target)), targetTokens: target };
  }
  if (auto.questionLoss === undefined) {
    const job = open();
    const found = await informationTarget(job, original, auto);
    const outcome = await to(found.target, job);
    return { ...known, outcome: timed(outcome), targetTokens: found.target, auto: found.estimate };
  }
  const question = questionOf(prompt, "auto.questionLoss");
  const whole = [{ start: 0, end: prompt.text.length }];
  const contexts = contextText(prompt, whole);
  const fixed = await fixedTokens(open());
  const search = { scorer, question, contexts, original, fixed, signal };
  const found = await questionTarget(search, auto, async (size) => {
    const outcome = await to(size);
    return { contexts: contextText(prompt, outcome.spans), outcome };
  });
  const outcome = found.outcome ?? (await to(original));
  return { ...known, outcome: timed(outcome), targetTokens: found.target, auto: found.estimate };
}

function outcomeOf(
  job: Job,
  found: LlmlinguaResult,
  times: { readonly rankMs: number; readonly tokenizeMs: number },
): Outcome {
  const { surprisals, tokens, meter } = job;
  const { coarseMs, fineMs, fitMs } = found;
  return {
    text: found.text,
    spans: found.spans,
    tokens: { offsets: tokens.offsets, surprisals, kept: found.kept },
    surprisals: found.coarse.surprisals,
    sentences: goneSentences(job, found),
    timings: {
      ...times,
      coarseMs,
      fineMs,
      fitMs,
      totalMs: times.rankMs + times.tokenizeMs + coarseMs + fineMs + fitMs,
      scoredTokens: meter.scored,
    },
  };
}

/** Sentences that were dropped whole and did not come back, in part, to fill the size. */
function goneSentences({ tokens, breaks }: Job, { coarse, kept }: LlmlinguaResult): Span[] {
  const isGone = ({ from, to }: { from: number; to: number }) =>
    kept.subarray(from, to).every((flag, i) => flag === 0 || breaks[from + i] >= 0);
  // Of a context that is gone as a whole the sentences are not named.
  const inLeft = new Uint8Array(kept.length);
  for (const part of tokens.parts) if (!isGone(part)) inLeft.fill(1, part.from, part.to);
  return coarse.sentences
    .filter((sentence) => inLeft[sentence.from] === 1 && isGone(sentence))
    .map(({ from, to }) => ({ start: tokens.offsets[from], end: tokens.offsets[to] }));
}

/** What sorted `spans` hold of the contexts and of what lies between them, as it is read. */
function contextText({ text, parts }: Prompt, spans: readonly Span[]): string {
  const contexts = parts.filter(({ kind }) => kind === "context");
  const from = contexts[0]?.start ?? 0;
  const to = contexts.at(-1)?.end ?? 0;
  const pieces = spans.map(({ start, end }) =>
    text.slice(Math.max(start, from), Math.max(from, Math.min(end, to))),
  );
  return pieces.join("");
}
