/**
 * The reference's `compress_prompt` for a causal model: budget, contexts, sentences, tokens.
 *
 * LLMLingua §4 and LongLLMLingua §4 as microsoft/LLMLingua e0e9d99 runs them. Instruction and
 * question are written as they are; their lengths only come off the budget.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import { referenceReport } from "../tokens/reference-report.js";
import { filterContexts } from "./context-filter.js";
import { type MeteredModel, meter } from "./metered.js";
import { planWindows } from "./plan.js";
import { fitPrefix, prefixLength, SEPARATOR } from "./prefix.js";
import { lengthOf, rankTexts } from "./rank.js";
import { filterSentences } from "./sentence-filter.js";
import {
  type ResolvedSettings,
  resolveCondition,
  resolveContexts,
  resolveSettings,
} from "./settings.js";
import { tokenPass } from "./token-pass.js";
import type {
  ConditionMode,
  KeptContext,
  ReferenceCall,
  ReferenceModel,
  ReferenceResult,
} from "./types.js";

/** What the stages of one call share. */
interface Job {
  readonly model: MeteredModel;
  readonly settings: ResolvedSettings;
  readonly instruction: string;
  readonly question: string;
  readonly mode: ConditionMode;
  /** T: tokens for the contexts; fractional, and negative when the fixed parts exceed the budget. */
  readonly target: number;
  readonly signal?: AbortSignal;
}

interface Chosen {
  readonly contexts: readonly KeptContext[];
  readonly dynamicRatio: readonly number[];
}

interface Body {
  readonly text: string;
  readonly keptSpans: readonly Span[];
}

/**
 * Compresses as the Python reference does, parameter for parameter.
 *
 * @throws LlmlinguaError `invalid-option`, `invalid-prompt`, `aborted`, and what the model throws
 */
export async function compressPrompt(
  model: ReferenceModel,
  call: ReferenceCall,
): Promise<ReferenceResult> {
  const { context, instruction = "", question = "", signal, onProgress, ...given } = call;
  const settings = resolveSettings(given);
  const { mode, prefix } = resolveCondition(settings, question);
  const texts = resolveContexts(context);
  const metered = meter(model, { signal, onProgress });
  const lengths = await eachOf(texts, (text) => lengthOf(metered, text));
  const target =
    settings.targetToken ??
    (await rateTarget(metered, { settings, instruction, question }, lengths));
  const job: Job = { model: metered, settings, instruction, question, mode, target, signal };
  const { contexts, dynamicRatio } = await chooseContexts(job, texts, lengths);
  const shorter = settings.useSentenceLevelFilter
    ? await filterSentences(metered, { ...settings, contexts, question, mode, targetToken: target })
    : contexts;
  const body = settings.useTokenLevelFilter
    ? await pruneTokens(job, { contexts: shorter, dynamicRatio }, prefix)
    : whole(shorter);
  metered.finish();
  const compressedPrompt = render(job, body.text);
  const origin = [instruction, ...texts, question].join(SEPARATOR).trim();
  return {
    compressedPrompt,
    ...referenceReport(await metered.count(origin), await metered.count(compressedPrompt)),
    contexts: shorter,
    keptSpans: body.text.trim() === "" ? [] : body.keptSpans,
  };
}

async function rateTarget(
  model: MeteredModel,
  { settings, instruction, question }: Pick<Job, "settings" | "instruction" | "question">,
  lengths: readonly number[],
): Promise<number> {
  const fixed = await lengthOf(model, instruction);
  const asked = await lengthOf(model, question);
  const all = lengths.reduce((sum, length) => sum + length, fixed + asked);
  return all * settings.rate - fixed - (settings.concateQuestion ? asked : 0);
}

async function chooseContexts(
  job: Job,
  texts: readonly string[],
  lengths: readonly number[],
): Promise<Chosen> {
  const { model, settings } = job;
  const keep = (index: number): KeptContext => ({
    index,
    text: texts[index],
    ranges: [{ start: 0, end: texts[index].length }],
  });
  if (texts.length === 1 || !settings.useContextLevelFilter) {
    return { contexts: texts.map((_, index) => keep(index)), dynamicRatio: texts.map(() => 0) };
  }
  model.expect(lengths.reduce((sum, length) => sum + length, 0));
  const { indexes, dynamicRatio } = filterContexts({
    ...settings,
    ranked: await rankTexts(model, texts, job.question, job.mode),
    lengths,
    targetToken: job.target,
    dynamicRatio: settings.dynamicContextCompressionRatio,
  });
  return { contexts: indexes.map(keep), dynamicRatio };
}

async function pruneTokens(job: Job, chosen: Chosen, prefixed: boolean): Promise<Body> {
  const { model, settings } = job;
  const texts = chosen.contexts.map((context) => context.text);
  const prefix = prefixed ? await prefixOf(job) : undefined;
  const start = prefix === undefined ? 0 : await prefixLength(model, prefix, texts[0]);
  const all = prefix === undefined ? texts : [prefix, ...texts];
  const { ids, offsets } = await model.encode(all.join(SEPARATOR));
  model.expect(
    (Math.min(ids.length, model.maxPositions) + ids.length) * (settings.conditionCompare ? 2 : 1),
  );
  const { kept, indexes } = await tokenPass(
    {
      ...settings,
      ids,
      plan: planWindows({
        contextTokens: await eachOf(texts, async (text) => (await model.encode(text)).ids.length),
        targetToken: job.target,
        dynamicRatio: chosen.dynamicRatio,
        iterativeSize: settings.iterativeSize,
      }),
      start,
      maxPositions: model.maxPositions,
      signal: job.signal,
    },
    model.losses,
  );
  const text = model.tokenizer.decode(kept).replaceAll("<s> ", "").replaceAll("<s>", "");
  const bodyStart = prefix === undefined ? 0 : prefix.length + SEPARATOR.length;
  return { text, keptSpans: spansOf(indexes, offsets, bodyStart) };
}

async function prefixOf({ model, settings, question, instruction }: Job): Promise<string> {
  const prefix = settings.addInstruction ? question + SEPARATOR + instruction : question;
  return fitPrefix(model, prefix, settings.iterativeSize);
}

/** One after another, in order. */
async function eachOf<T>(texts: readonly string[], find: (text: string) => Promise<T>) {
  const found: T[] = [];
  for (const text of texts) found.push(await find(text));
  return found;
}

/** Where the tokens `indexes` lie, counted from `origin`; neighbours are merged. */
function spansOf(indexes: Uint32Array, offsets: Uint32Array, origin: number): Span[] {
  const spans: { start: number; end: number }[] = [];
  for (const index of indexes) {
    const start = Math.max(0, offsets[index] - origin);
    const end = offsets[index + 1] - origin;
    if (end <= start) continue;
    const last = spans.at(-1);
    if (last?.end === start) last.end = end;
    else spans.push({ start, end });
  }
  return spans;
}

function whole(contexts: readonly KeptContext[]): Body {
  const text = contexts.map((context) => context.text).join(SEPARATOR);
  return { text, keptSpans: text === "" ? [] : [{ start: 0, end: text.length }] };
}

function render({ settings, instruction, question }: Job, body: string): string {
  const parts = [
    instruction,
    body.trim() === "" ? "" : body,
    settings.concateQuestion ? question : "",
  ];
  return parts.filter((part) => part !== "").join(SEPARATOR);
}
