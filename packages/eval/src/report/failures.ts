/**
 * Items that the full prompt answers better than a compressed one, side by side. Pure.
 *
 * @module
 */
import type { ResultRecord } from "../run/types.js";
import { type Condition, conditionsOf, grouped, keyOf } from "./records.js";
import { BASELINES, type ReportInput } from "./types.js";

interface Shown {
  readonly answer: string;
  readonly score: number;
}

/** One item under two conditions. */
export interface Failure {
  readonly condition: string;
  readonly id: string;
  readonly question?: string;
  readonly gold?: string;
  readonly full: Shown;
  readonly compressed: Shown;
}

/** By condition, in the order of conditions. */
export type Failures = ReadonlyMap<string, readonly Failure[]>;

type Items = ReadonlyMap<string, Pick<Failure, "question" | "gold">>;

/**
 * The worst of each condition in turn, until there are `input.failures`. Baselines and controls are
 * left out where there is anything else.
 */
export function failuresOf(input: ReportInput, metric: string | undefined): Failures {
  const { base = "full", failures: most = 20, baselines = BASELINES } = input;
  const conditions = conditionsOf(input.prompts, input.results, input.methods);
  const full = conditions.find(({ name }) => name === base);
  if (metric === undefined || full === undefined) return new Map();
  const controls = input.methods.flatMap(({ control }) => control ?? []);
  const others = new Set([...baselines, ...controls]);
  const sized = conditions.filter(({ size, name }) => size !== undefined && name !== base);
  const own = sized.filter(({ method }) => !others.has(method));
  const items = itemsOf(input.groups ?? []);
  const found = (own.length > 0 ? own : sized).map((one) => worstFirst(one, full, metric, items));
  const order = new Map(sized.map(({ name }, i) => [name, i]));
  const place = ({ condition }: Failure) => order.get(condition) ?? 0;
  const shown = inTurn(found, most).sort((a, b) => place(a) - place(b));
  return grouped(shown, ({ condition }) => condition);
}

function worstFirst(one: Condition, full: Condition, metric: string, items: Items): Failure[] {
  const failures: Failure[] = [];
  for (const [key, record] of one.answered) {
    const before = shownOf(full.answered.get(key), metric);
    const after = shownOf(record, metric);
    if (before === undefined || after === undefined || after.score >= before.score) continue;
    const item = items.get(key);
    failures.push({ condition: one.name, id: record.id, ...item, full: before, compressed: after });
  }
  return failures.sort((a, b) => lossOf(b) - lossOf(a));
}

function shownOf(record: ResultRecord | undefined, metric: string): Shown | undefined {
  const score = record?.scores[metric];
  if (record?.answer === undefined || score === undefined) return undefined;
  return { answer: record.answer, score };
}

function lossOf({ full, compressed }: Failure): number {
  return full.score - compressed.score;
}

function itemsOf(groups: NonNullable<ReportInput["groups"]>): Items {
  return new Map(
    groups.flatMap((group) =>
      group.items.map(({ id, suffix, gold, answers }) => [
        keyOf({ group: group.id, id }),
        { question: suffix.trim() || group.question, gold: answers.join(" | ") || gold },
      ]),
    ),
  );
}

/** First of each, second of each, and so on. */
function inTurn<T>(queues: readonly (readonly T[])[], most: number): T[] {
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  const turns = Array.from({ length: longest }, (_, i) =>
    queues.flatMap((queue) => queue.slice(i, i + 1)),
  );
  return turns.flat().slice(0, most);
}
