/**
 * Runs of an experiment with both scorers, item by item. Pure.
 *
 * What scorers differ in is the compressed prompt. Where items share prompts, these are what intervals and p-values
 * resample: a lucky prompt makes all of its items better.
 *
 * @module
 */
import {
  bootstrapMean,
  type Estimate,
  holm,
  pairedDifference,
  type ResultRecord,
  type ScoredItem,
} from "@llmlingua/eval";
import { estimateOf } from "./estimate.js";
import type { CompressionRow, CompressionSummary, ConditionTokens } from "./summary.js";

/** What is read of a run. */
export interface ComparedRun {
  readonly task: string;
  readonly target: string;
  readonly scorer: string;
  readonly results: readonly ResultRecord[];
}

/** Runs that differ by the scorer alone. */
export interface RunPair {
  readonly base: ComparedRun;
  readonly aligned: ComparedRun;
}

/**
 * Rows in the order of the runs' conditions, likelihood first; only items that both runs answered.
 *
 * @param more - of the same task, target and scorers with other prompts; an item counts once in each
 */
export function compareRuns(first: RunPair, ...more: readonly RunPair[]): CompressionSummary {
  const matches = [first, ...more].map(matchesOf);
  const pairs = matches.flatMap(({ matched }) => matched);
  const whole = pairs.filter(({ base, aligned }) => (base.failed ?? aligned.failed) === undefined);
  const conditions = grouped(whole);
  return {
    task: first.base.task,
    target: first.base.target,
    scorers: { base: first.base.scorer, aligned: first.aligned.scorer },
    rows: rowsOf(conditions),
    tokens: [...conditions].map(tokensOf),
    prompts: new Set(whole.map(({ prompt }) => prompt)).size,
    unpaired: matches.reduce((sum, { unpaired }) => sum + unpaired, 0),
    failed: pairs.length - whole.length,
  };
}

interface Matched {
  readonly key: string;
  /** Which prompt was compressed for it. */
  readonly prompt: string;
  readonly base: ResultRecord;
  readonly aligned: ResultRecord;
}

/** @param run - which pair of runs it is: prompts of two have names of their own */
function matchesOf({ base, aligned }: RunPair, run: number) {
  const [first, second] = [current(base.results), current(aligned.results)];
  const matched = [...first].flatMap(([key, record]): Matched[] => {
    const partner = second.get(key);
    const prompt = JSON.stringify([run, record.group]);
    return partner === undefined
      ? []
      : [{ key: `${run} ${key}`, prompt, base: record, aligned: partner }];
  });
  return { matched, unpaired: first.size + second.size - 2 * matched.length };
}

/** Of one condition and item the last record without `failed`, else the last. */
function current(results: readonly ResultRecord[]): ReadonlyMap<string, ResultRecord> {
  const found = new Map<string, ResultRecord>();
  for (const record of results) {
    const key = JSON.stringify([record.condition, record.group, record.id]);
    if (record.failed === undefined || found.get(key)?.failed !== undefined || !found.has(key)) {
      found.set(key, record);
    }
  }
  return found;
}

function grouped(pairs: readonly Matched[]): ReadonlyMap<string, readonly Matched[]> {
  const conditions = new Map<string, Matched[]>();
  for (const pair of pairs) {
    const { condition } = pair.base;
    conditions.set(condition, [...(conditions.get(condition) ?? []), pair]);
  }
  return conditions;
}

const NLL = "nll";

function rowsOf(conditions: ReadonlyMap<string, readonly Matched[]>): readonly CompressionRow[] {
  const all = [...conditions.values()].flat().map(({ base }) => base);
  const metrics = [...new Set(all.flatMap(({ scores }) => Object.keys(scores)))];
  const byMeasure = [NLL, ...metrics].map((measure) =>
    withHolm([...conditions].flatMap(([name, pairs]) => rowOf(name, measure, pairs))),
  );
  return [...conditions.keys()].flatMap((name) =>
    byMeasure.flatMap((rows) => rows.filter(({ condition }) => condition === name)),
  );
}

function rowOf(
  condition: string,
  measure: string,
  pairs: readonly Matched[],
): readonly CompressionRow[] {
  const values = pairs.flatMap(({ key, prompt, base, aligned }) => {
    const [one, other] = [measured(base, measure), measured(aligned, measure)];
    return one === undefined || other === undefined ? [] : [{ key, prompt, one, other }];
  });
  const prompts = new Set(values.map(({ prompt }) => prompt)).size;
  const item = (id: string, prompt: string, value: number): ScoredItem =>
    // One prompt has no spread to draw from: its items are what is left.
    prompts > 1 ? { id, value, group: prompt } : { id, value };
  const before = values.map(({ key, prompt, one }) => item(key, prompt, one));
  const after = values.map(({ key, prompt, other }) => item(key, prompt, other));
  const { difference, p } = pairedDifference(after, before);
  const [of, to] = [meanOf(before), meanOf(after)];
  if (difference === undefined || of === undefined || to === undefined) return [];
  const found = estimateOf(difference);
  // Without a size nothing is compressed: the two can only be the same, and are no comparison.
  const isCompared = found.interval !== undefined && pairs[0].base.size !== undefined;
  return [
    {
      ...{ condition, measure, base: of, aligned: to, difference: found, prompts },
      ...(isCompared && { p }),
    },
  ];
}

function measured({ nll, scores }: ResultRecord, measure: string): number | undefined {
  return measure === NLL ? nll?.perToken : scores[measure];
}

function meanOf(items: readonly ScoredItem[]): Estimate | undefined {
  const found = bootstrapMean(
    items.map(({ value }) => value),
    { groups: items.map(({ id, group }) => group ?? id) },
  );
  return found && estimateOf(found);
}

function withHolm(rows: readonly CompressionRow[]): readonly CompressionRow[] {
  const adjusted = holm(rows.flatMap(({ p }) => (p === undefined ? [] : [p]))).values();
  return rows.map((row) => {
    return row.p === undefined ? row : { ...row, pHolm: adjusted.next().value };
  });
}

function tokensOf([condition, pairs]: readonly [string, readonly Matched[]]): ConditionTokens {
  const mean = (of: (pair: Matched) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  return {
    condition,
    base: mean(({ base }) => base.tokens),
    aligned: mean((p) => p.aligned.tokens),
  };
}
