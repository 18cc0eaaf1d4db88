/**
 * One condition in figures. Pure.
 *
 * Failed items count in no mean.
 *
 * @module
 */

import { corpusBleu } from "../metrics/index.js";
import { costOf, type Prices } from "../run/budget.js";
import type { ResultRecord } from "../run/types.js";
import type { Assumptions } from "./break-even.js";
import { estimateOf, meanOf, type Sample } from "./estimates.js";
import type { Condition, SizesAsked } from "./records.js";
import type { Billed, ConditionSummary, Estimate } from "./summary-types.js";
import type { Unit } from "./types.js";

/** What all conditions have in common. */
export interface Frame {
  /** Keys of the items that any condition has. */
  readonly items: ReadonlySet<string>;
  readonly metrics: readonly string[];
  readonly titles: ReadonlyMap<string, string>;
  readonly unit: Unit;
  readonly prices?: Prices;
  readonly assumptions?: Assumptions;
  /** Name of the condition with the full prompt. */
  readonly base?: string;
  readonly asked: SizesAsked;
  /** Accepted answers or reference texts by item; empty where the report was not given any. */
  readonly references: ReadonlyMap<string, readonly string[]>;
}

export function summarizeCondition(condition: Condition, frame: Frame): ConditionSummary {
  const { name, method, size, answered, failed, unfit } = condition;
  const records = [...answered.values()];
  return {
    condition: name,
    method,
    title: frame.titles.get(method) ?? method,
    ...(size !== undefined && { size }),
    items: records.length,
    failed: failed.length,
    missing: frame.items.size - records.length - failed.length,
    unfit,
    ...lengths(records),
    ...askedOf(condition, frame.asked),
    scores: scoresOf(answered, frame),
    ...corpusBleuOf(answered, frame.references),
    ...quality(answered, frame.unit),
    ...corpusNllOf(records),
    ...timesOf(records),
    ...billedOf(records, frame.prices, shareOf(condition, frame)),
  };
}

function lengths(records: readonly ResultRecord[]) {
  if (records.length === 0) return {};
  const tokens = meanOf(records.map((record) => record.tokens));
  const originalTokens = meanOf(records.map((record) => record.originalTokens));
  return { tokens, originalTokens, ...(tokens > 0 && { ratio: originalTokens / tokens }) };
}

/** Absent where not every prompt says what its size asks for. */
function askedOf({ name, answered }: Condition, asked: SizesAsked): { readonly asked?: number } {
  const groups = [...answered.values()].map(({ group }) => group);
  const sizes = groups.flatMap((group) => asked.get(name)?.get(group) ?? []);
  return sizes.length > 0 && sizes.length === groups.length ? { asked: meanOf(sizes) } : {};
}

/** The cached share that is assumed of a condition's prompts; undefined = as measured. */
function shareOf({ name, size }: Condition, { base, assumptions = {} }: Frame) {
  if (name === base) return assumptions.cachedShare;
  return size === undefined ? undefined : assumptions.compressedCachedShare;
}

function scoresOf(answered: Condition["answered"], { metrics, unit }: Frame) {
  const scores: Record<string, Estimate> = {};
  for (const metric of metrics) {
    const estimate = estimateOf(samplesOf(answered, metric), unit);
    if (estimate) scores[metric] = estimate;
  }
  return scores;
}

/** Over the items with a `bleu`; absent where the references of any are not at hand. */
function corpusBleuOf(answered: Condition["answered"], references: Frame["references"]) {
  const pairs = [];
  for (const [key, { answer, scores }] of answered) {
    if (scores.bleu === undefined) continue;
    const answers = references.get(key);
    if (answer === undefined || answers === undefined) return {};
    pairs.push({ answer, answers });
  }
  return pairs.length > 0 ? { corpusBleu: corpusBleu(pairs) } : {};
}

/** Over all gold tokens of the items with a likelihood. */
function corpusNllOf(records: readonly ResultRecord[]): { readonly corpusNll?: number } {
  let [nats, tokens] = [0, 0];
  for (const { nll } of records) {
    if (nll === undefined) continue;
    nats += nll.perToken * nll.tokens;
    tokens += nll.tokens;
  }
  return tokens > 0 ? { corpusNll: nats / tokens } : {};
}

/** Scores, or nats per token for `nll`, of the items that have one. */
export function samplesOf(answered: Condition["answered"], measure: string): Sample[] {
  const samples: Sample[] = [];
  for (const [key, record] of answered) {
    const value = measureOf(record, measure);
    if (value !== undefined) samples.push({ key, group: record.group, value });
  }
  return samples;
}

function measureOf({ nll, scores }: ResultRecord, measure: string): number | undefined {
  if (measure === "nll") return nll?.perToken;
  return Object.hasOwn(scores, measure) ? scores[measure] : undefined;
}

function quality(answered: Condition["answered"], unit: Unit) {
  const ends = [...answered.values()].flatMap(({ finished }) =>
    finished === undefined ? [] : [Number(finished)],
  );
  const nll = estimateOf(samplesOf(answered, "nll"), unit);
  return { ...(ends.length > 0 && { finished: meanOf(ends) }), ...(nll && { nll }) };
}

/** Items of one group share a prompt, which is compressed once. */
function timesOf(records: readonly ResultRecord[]) {
  const byGroup = new Map<string, number>();
  const answers: number[] = [];
  for (const { group, compressMs, answerMs } of records) {
    if (compressMs !== undefined) byGroup.set(group, compressMs);
    if (answerMs !== undefined) answers.push(answerMs);
  }
  return {
    ...(byGroup.size > 0 && {
      compressMs: { n: byGroup.size, mean: meanOf([...byGroup.values()]) },
    }),
    ...(answers.length > 0 && { answerMs: { n: answers.length, mean: meanOf(answers) } }),
  };
}

/**
 * Means of the records that say what was used.
 *
 * @param cachedShare - assumed of the prompts, 0 … 1; default as measured
 */
export function billedOf(
  records: readonly ResultRecord[],
  prices?: Prices,
  cachedShare?: number,
): { billed?: Billed } {
  const usages = records.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (usages.length === 0) return {};
  const promptTokens = meanOf(usages.map((usage) => usage.promptTokens));
  const cachedTokens =
    cachedShare === undefined
      ? meanOf(usages.map((usage) => usage.cachedTokens))
      : cachedShare * promptTokens;
  const completionTokens = meanOf(usages.map((usage) => usage.completionTokens));
  const cost = prices && costOf({ promptTokens, cachedTokens, completionTokens }, prices);
  const means = { n: usages.length, promptTokens, cachedTokens, completionTokens };
  return { billed: { ...means, ...(cost !== undefined && { cost }) } };
}
