/**
 * Two runs of one experiment, item by item. Pure.
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

/** Rows in the order of the base run's conditions, likelihood first; only items that both runs answered. */
export function compareRuns(base: ComparedRun, aligned: ComparedRun): CompressionSummary {
  const [first, second] = [current(base.results), current(aligned.results)];
  const pairs = [...first].flatMap(([key, record]): Matched[] => {
    const partner = second.get(key);
    return partner === undefined ? [] : [{ key, base: record, aligned: partner }];
  });
  const whole = pairs.filter(({ base, aligned }) => (base.failed ?? aligned.failed) === undefined);
  const conditions = grouped(whole);
  return {
    task: base.task,
    target: base.target,
    scorers: { base: base.scorer, aligned: aligned.scorer },
    rows: rowsOf(conditions),
    tokens: [...conditions].map(tokensOf),
    prompts: new Set(whole.map(({ base }) => base.group)).size,
    unpaired: first.size + second.size - 2 * pairs.length,
    failed: pairs.length - whole.length,
  };
}

interface Matched {
  readonly key: string;
  readonly base: ResultRecord;
  readonly aligned: ResultRecord;
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
  const values = pairs.flatMap(({ key, base, aligned }) => {
    const [one, other] = [measured(base, measure), measured(aligned, measure)];
    return one === undefined || other === undefined ? [] : [{ key, one, other }];
  });
  const before = values.map(({ key, one }): ScoredItem => ({ id: key, value: one }));
  const after = values.map(({ key, other }): ScoredItem => ({ id: key, value: other }));
  const { difference, p } = pairedDifference(after, before);
  const [of, to] = [meanOf(before), meanOf(after)];
  if (difference === undefined || of === undefined || to === undefined) return [];
  const found = estimateOf(difference);
  // Without a size nothing is compressed: the two can only be the same, and are no comparison.
  const isCompared = found.interval !== undefined && pairs[0].base.size !== undefined;
  return [
    { condition, measure, base: of, aligned: to, difference: found, ...(isCompared && { p }) },
  ];
}

function measured({ nll, scores }: ResultRecord, measure: string): number | undefined {
  return measure === NLL ? nll?.perToken : scores[measure];
}

function meanOf(items: readonly ScoredItem[]): Estimate | undefined {
  const found = bootstrapMean(items.map(({ value }) => value));
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
