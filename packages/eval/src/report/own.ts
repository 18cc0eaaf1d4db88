/**
 * `eval own`: what compression costs and saves on a user's own prompts. Pure.
 *
 * @module
 */
import { samplesOf } from "./condition.js";
import { differenceOf, meanOf } from "./estimates.js";
import { type Candidate, type Recommendation, type RuleOptions, recommend } from "./own-rule.js";
import { wordOverlap } from "./own-similarity.js";
import { type Condition, conditionsOf, keyOf } from "./records.js";
import { summarize } from "./summary.js";
import type { Difference, Summary } from "./summary-types.js";
import type { ReportInput } from "./types.js";

export interface OwnInput extends ReportInput, RuleOptions {
  /** 0 … 1, of an answer and the full prompt's; default the F1 of their words. */
  similarity?(answer: string, full: string): number;
}

/** One rate in figures. */
export interface OwnRate {
  readonly condition: string;
  /** Kept tokens divided by original ones; absent where nothing was answered or kept. */
  readonly rate?: number;
  /** Mean score divided by the full prompt's on the same items, or mean similarity to its answers. */
  readonly kept?: number;
  /** Score minus the full prompt's, or similarity minus 1. */
  readonly difference?: Difference;
  /** Of a prompt, in the mean. */
  readonly savedTokens?: number;
  /** USD per 1,000 prompts, the answers with them; absent without prices. */
  readonly savedMoney?: number;
}

export interface OwnResult {
  /** The score's name, or `similarity` where nothing is expected. */
  readonly measure: string;
  /** What a rate may cost at most, of a score of 0 … 1. */
  readonly delta: number;
  /** From the largest rate to the smallest. */
  readonly rates: readonly OwnRate[];
  readonly recommendation: Recommendation;
  readonly summary: Summary;
}

/** Figures, and the rate to take. */
export function ownResult(given: OwnInput): OwnResult {
  const input = withSimilarity(given);
  const summary = summarize(input);
  const [measure = "similarity"] = summary.metrics;
  const conditions = conditionsOf(input.prompts, input.results, input.methods);
  const full = conditions.find(({ name }) => name === summary.base);
  const rates = conditions
    .filter(({ size }) => size !== undefined)
    .map((condition) => rateOf(condition, full, measure, summary))
    .sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  const candidates = rates.flatMap(({ condition, rate, difference }): Candidate[] =>
    rate === undefined || difference === undefined ? [] : [{ condition, rate, difference }],
  );
  const { delta = 0.05 } = given;
  return { measure, delta, rates, recommendation: recommend(candidates, given), summary };
}

/** Where no item has a score, its likeness to the full prompt's answer becomes one. */
export function withSimilarity(input: OwnInput): OwnInput {
  const { results, base = "full", similarity = wordOverlap } = input;
  if (results.some(({ scores }) => Object.keys(scores).length > 0)) return input;
  const answers = new Map(
    results.flatMap((record) =>
      record.condition === base && record.failed === undefined && record.answer !== undefined
        ? [[keyOf(record), record.answer] as const]
        : [],
    ),
  );
  const scored = results.map((record) => {
    const full = answers.get(keyOf(record));
    if (record.answer === undefined || full === undefined) return record;
    return { ...record, scores: { similarity: similarity(record.answer, full) } };
  });
  return { ...input, results: scored };
}

function rateOf(
  condition: Condition,
  full: Condition | undefined,
  measure: string,
  { conditions, economies, unit }: Summary,
): OwnRate {
  const { name } = condition;
  const { tokens, originalTokens, ratio } = conditions.find((one) => one.condition === name) ?? {};
  const saving = economies.find((one) => one.condition === name)?.saving;
  const samples = samplesOf(condition.answered, measure);
  const against = full ? samplesOf(full.answered, measure) : [];
  const difference = differenceOf(samples, against, unit);
  const keys = new Set(samples.map(({ key }) => key));
  const before = meanOf(against.flatMap(({ key, value }) => (keys.has(key) ? value : [])));
  return {
    condition: name,
    ...(ratio !== undefined && { rate: 1 / ratio }),
    ...(difference && before > 0 && { kept: 1 + difference.mean / before }),
    ...(difference && { difference }),
    ...(tokens !== undefined &&
      originalTokens !== undefined && { savedTokens: originalTokens - tokens }),
    ...(saving && { savedMoney: saving.net * 1000 }),
  };
}
