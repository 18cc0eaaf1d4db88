/**
 * Runs of an experiment with both scorers, item by item. Pure.
 *
 * What scorers differ in is the compressed prompt: a lucky one makes all of its items better. So prompts are what
 * intervals and p-values resample where items share them; and questions, too, where several prompts are asked the same.
 *
 * @module
 */
import {
  bootstrapMean,
  crossedMean,
  type Estimate,
  holm,
  type ResultRecord,
  signFlipP,
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

/** `default@5x` before `default@20x`. */
const BY_NAME = new Intl.Collator("en", { numeric: true });

/**
 * Rows by condition, likelihood first; only items that both runs answered. The order of the records says nothing.
 *
 * @param runs - at least one pair; several are of the same task, target and scorers, each of other prompts
 */
export function compareRuns(runs: readonly RunPair[]): CompressionSummary {
  const matches = runs.map(matchesOf);
  const pairs = matches.flatMap(({ matched }) => matched);
  const whole = pairs.filter(({ base, aligned }) => (base.failed ?? aligned.failed) === undefined);
  const conditions = grouped(whole);
  const [{ base, aligned }] = runs;
  return {
    task: base.task,
    target: base.target,
    scorers: { base: base.scorer, aligned: aligned.scorer },
    rows: rowsOf(conditions),
    tokens: [...conditions].map(tokensOf),
    prompts: distinct(whole.map(({ prompt }) => prompt)),
    unpaired: matches.reduce((sum, { unpaired }) => sum + unpaired, 0),
    failed: pairs.length - whole.length,
  };
}

/** An answer with each scorer. */
interface Matched {
  /** Which prompt was compressed, of which pair of runs. */
  readonly prompt: string;
  /** What was asked, by its id: in several pairs of runs the same. Where it is not, intervals are wider than they need be. */
  readonly question: string;
  readonly base: ResultRecord;
  readonly aligned: ResultRecord;
}

function matchesOf({ base, aligned }: RunPair, run: number) {
  const [first, second] = [current(base.results), current(aligned.results)];
  const matched = [...first].flatMap(([key, record]): Matched[] => {
    const partner = second.get(key);
    if (partner === undefined) return [];
    const { group, id } = record;
    const [prompt, question] = [JSON.stringify([run, group]), JSON.stringify([group, id])];
    return [{ prompt, question, base: record, aligned: partner }];
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
    const found = conditions.get(condition);
    if (found === undefined) conditions.set(condition, [pair]);
    else found.push(pair);
  }
  // Records stand in the order in which answers came; draws must not follow it.
  for (const found of conditions.values()) found.sort(byPromptAndQuestion);
  return new Map([...conditions].sort(([a], [b]) => BY_NAME.compare(a, b)));
}

function byPromptAndQuestion(a: Matched, b: Matched): number {
  return compare(a.prompt, b.prompt) || compare(a.question, b.question);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
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

/** An answer's measure with each scorer. */
interface Cell extends Pick<Matched, "prompt" | "question"> {
  readonly before: number;
  readonly after: number;
}

function rowOf(
  condition: string,
  measure: string,
  pairs: readonly Matched[],
): readonly CompressionRow[] {
  const cells = pairs.flatMap(({ prompt, question, base, aligned }): Cell[] => {
    const [before, after] = [measured(base, measure), measured(aligned, measure)];
    return before === undefined || after === undefined ? [] : [{ prompt, question, before, after }];
  });
  const base = meanOf(cells, ({ before }) => before);
  const aligned = meanOf(cells, ({ after }) => after);
  const difference = meanOf(cells, ({ before, after }) => after - before);
  if (base === undefined || aligned === undefined || difference === undefined) return [];
  const prompts = distinct(cells.map(({ prompt }) => prompt));
  const questions = distinct(cells.map(({ question }) => question));
  // Without a size nothing is compressed: the two can only be the same, and are no comparison.
  const isCompared = difference.interval !== undefined && pairs[0].base.size !== undefined;
  const p = isCompared ? { p: chanceOf(cells, prompts) } : {};
  return [{ condition, measure, base, aligned, difference, prompts, questions, ...p }];
}

function measured({ nll, scores }: ResultRecord, measure: string): number | undefined {
  return measure === NLL ? nll?.perToken : scores[measure];
}

function meanOf(cells: readonly Cell[], of: (cell: Cell) => number): Estimate | undefined {
  const values = cells.map(of);
  const prompts = cells.map(({ prompt }) => prompt);
  const questions = cells.map(({ question }) => question);
  // One prompt has no spread to draw from: its items are what is left.
  if (distinct(prompts) === 1) return estimated(bootstrapMean(values));
  return distinct(questions) < cells.length
    ? estimated(crossedMean(values, prompts, questions))
    : estimated(bootstrapMean(values, { groups: prompts }));
}

function estimated(found: ReturnType<typeof bootstrapMean>): Estimate | undefined {
  return found && estimateOf(found);
}

/** The signs of a prompt's differences flip together. */
function chanceOf(cells: readonly Cell[], prompts: number): number {
  const differences = cells.map(({ before, after }) => after - before);
  return signFlipP(differences, prompts > 1 ? { groups: cells.map(({ prompt }) => prompt) } : {});
}

/** With p over the conditions of a measure, and the least that could have come out. */
function withHolm(rows: readonly CompressionRow[]): readonly CompressionRow[] {
  const tested = rows.flatMap(({ p }) => (p === undefined ? [] : [p]));
  const adjusted = holm(tested).values();
  return rows.map((row) => {
    if (row.p === undefined) return row;
    const units = row.prompts > 1 ? row.prompts : row.difference.n;
    const leastP = Math.min(1, tested.length * 2 ** (1 - units));
    return { ...row, pHolm: adjusted.next().value, leastP };
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

function distinct(names: readonly string[]): number {
  return new Set(names).size;
}
