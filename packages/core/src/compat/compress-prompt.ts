/**
 * The reference's `compress_prompt` for a causal model: budget, contexts, sentences, tokens.
 *
 * LLMLingua §4 and LongLLMLingua §4 as microsoft/LLMLingua e0e9d99 runs them. Instruction and
 * question are written as they are; their lengths only come off the budget.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import { filterContexts } from "./context-filter.js";
import { type MeteredModel, meter } from "./metered.js";
import { planWindows } from "./plan.js";
import { fitPrefix, prefixLength, SEPARATOR } from "./prefix.js";
import { lengthOf, rankTexts } from "./rank.js";
import { report } from "./report.js";
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
  const lengths = texts.map((text) => lengthOf(model, text));
  const target =
    settings.targetToken ?? rateTarget(model, { settings, instruction, question }, lengths);
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
    ...report(model.counter.count(origin), model.counter.count(compressedPrompt)),
    contexts: shorter,
    keptSpans: body.text.trim() === "" ? [] : body.keptSpans,
  };
}

function rateTarget(
  model: ReferenceModel,
  { settings, instruction, question }: Pick<Job, "settings" | "instruction" | "question">,
  lengths: readonly number[],
): number {
  const fixed = lengthOf(model, instruction);
  const asked = lengthOf(model, question);
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
  const prefix = prefixed ? prefixOf(job) : undefined;
  const start = prefix === undefined ? 0 : prefixLength(model, prefix, texts[0]);
  const all = prefix === undefined ? texts : [prefix, ...texts];
  const { ids, offsets } = model.tokenizer.encode(all.join(SEPARATOR));
  model.expect(
    (Math.min(ids.length, model.maxPositions) + ids.length) * (settings.conditionCompare ? 2 : 1),
  );
  const { kept, indexes } = await tokenPass(
    {
      ...settings,
      ids,
      plan: planWindows({
        contextTokens: texts.map((text) => model.tokenizer.encode(text).ids.length),
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

function prefixOf({ model, settings, question, instruction }: Job): string {
  const prefix = settings.addInstruction ? question + SEPARATOR + instruction : question;
  return fitPrefix(model, prefix, settings.iterativeSize);
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
