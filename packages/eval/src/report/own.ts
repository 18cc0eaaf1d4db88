/**
 * `eval own`: what compression costs and saves on a user's own prompts. Pure.
 *
 * @module
 */
import { samplesOf } from "./condition.js";
import { differenceOf, meanOf } from "./estimates.js";
import { type Judged, type JudgedItems, type JudgeInput, judge } from "./own-judge.js";
import { type Candidate, type Recommendation, type RuleOptions, recommend } from "./own-rule.js";
import { type Condition, conditionsOf } from "./records.js";
import { summarize } from "./summary.js";
import type { Difference, Summary } from "./summary-types.js";

export interface OwnInput extends JudgeInput, RuleOptions {}

/** One rate in figures. */
export interface OwnRate {
  readonly condition: string;
  /** Kept tokens divided by original ones; absent where nothing was answered or kept. */
  readonly rate?: number;
  /** Mean value divided by the full prompt's on the same items; of similarities the mean itself. */
  readonly kept?: number;
  /** Value minus the full prompt's, which is 1 of a similarity. */
  readonly difference?: Difference;
  /** Of a prompt, in the mean, over the items that the full prompt answered too, as `savedMoney`. */
  readonly savedTokens?: number;
  /** USD per 1,000 prompts, the answers with them; absent without prices. */
  readonly savedMoney?: number;
}

export interface OwnResult {
  /** The score's name, `similarity` where nothing is expected, `quality` where items differ in this. */
  readonly measure: string;
  /** Names of what items are judged by. */
  readonly kinds: readonly string[];
  readonly judged: JudgedItems;
  /** What a rate may cost at most, of a score of 0 … 1. */
  readonly delta: number;
  /** From the largest rate to the smallest. */
  readonly rates: readonly OwnRate[];
  readonly recommendation: Recommendation;
  readonly summary: Summary;
}

/** Figures, and the rate to take. */
export function ownResult(given: OwnInput): OwnResult {
  return resultOf(judge(given));
}

/** Figures of items that are judged already. */
export function resultOf({ input, measure, kinds, items }: Judged<OwnInput>): OwnResult {
  const summary = summarize(input);
  const conditions = conditionsOf(input.prompts, input.results, input.methods);
  const full = conditions.find(({ name }) => name === summary.base);
  const rates = conditions
    .filter(({ size }) => size !== undefined)
    .map((condition) => rateOf(condition, full, measure, summary))
    .sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  const candidates = rates.flatMap(({ condition, rate, difference }): Candidate[] =>
    rate === undefined || difference === undefined ? [] : [{ condition, rate, difference }],
  );
  const { delta = 0.05 } = input;
  const recommendation = recommend(candidates, input);
  return { measure, kinds, judged: items, delta, rates, recommendation, summary };
}

function rateOf(
  condition: Condition,
  full: Condition | undefined,
  measure: string,
  { conditions, economies, unit }: Summary,
): OwnRate {
  const { name } = condition;
  const { ratio } = conditions.find((one) => one.condition === name) ?? {};
  const { saving, savedTokens } = economies.find((one) => one.condition === name) ?? {};
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
    ...(savedTokens !== undefined && { savedTokens }),
    ...(saving && { savedMoney: saving.net * 1000 }),
  };
}
