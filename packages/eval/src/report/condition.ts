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
import { estimateOf, meanOf, type Sample } from "./estimates.js";
import type { Condition } from "./records.js";
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
    scores: scoresOf(answered, frame),
    ...corpusBleuOf(answered, frame.references),
    ...quality(answered, frame.unit),
    ...timesOf(records),
    ...billedOf(records, frame.prices),
  };
}

function lengths(records: readonly ResultRecord[]) {
  if (records.length === 0) return {};
  const tokens = meanOf(records.map((record) => record.tokens));
  const originalTokens = meanOf(records.map((record) => record.originalTokens));
  return { tokens, originalTokens, ...(tokens > 0 && { ratio: originalTokens / tokens }) };
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
export function timesOf(records: readonly ResultRecord[]) {
  const byGroup = new Map<string, number>();
  const answers: number[] = [];
  for (const { group, compressMs, answerMs } of records) {
    if (compressMs !== undefined) byGroup.set(group, compressMs);
    if (answerMs !== undefined) answers.push(answerMs);
  }
  return {
    ...(byGroup.size > 0 && { compressMs: meanOf([...byGroup.values()]) }),
    ...(answers.length > 0 && { answerMs: { n: answers.length, mean: meanOf(answers) } }),
  };
}

/** Means of the records that say what was used. */
export function billedOf(records: readonly ResultRecord[], prices?: Prices): { billed?: Billed } {
  const usages = records.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (usages.length === 0) return {};
  const promptTokens = meanOf(usages.map((usage) => usage.promptTokens));
  const cachedTokens = meanOf(usages.map((usage) => usage.cachedTokens));
  const completionTokens = meanOf(usages.map((usage) => usage.completionTokens));
  const cost = prices && costOf({ promptTokens, cachedTokens, completionTokens }, prices);
  const means = { n: usages.length, promptTokens, cachedTokens, completionTokens };
  return { billed: { ...means, ...(cost !== undefined && { cost }) } };
}
