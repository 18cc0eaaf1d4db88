/**
 * From records to figures: conditions with intervals, paired comparisons, what it costs. Pure.
 *
 * @module
 */
import { type Frame, summarizeCondition } from "./condition.js";
import { economiesOf } from "./economy.js";
import { pairsOf } from "./pairs.js";
import { type Condition, conditionsOf, keyOf, sizesAsked } from "./records.js";
import type { Summary } from "./summary-types.js";
import { BASELINES, type ReportInput } from "./types.js";

/** Why a run is not whole, by how it ended. */
const END: Readonly<Record<string, string | undefined>> = {
  running: "the run had not ended when this was written",
  "budget-reached": "the spending cap was reached",
};

/** All that a report says. The same input gives the same figures. */
export function summarize(input: ReportInput): Summary {
  const { task, header, methods, prices, assumptions = {}, unit = "item" } = input;
  const partial = input.partial ?? END[header.ended?.how ?? "running"];
  const conditions = conditionsOf(input.prompts, input.results, methods);
  const records = conditions.flatMap(({ answered, failed }) => [...answered.values(), ...failed]);
  const metrics = metricsOf(conditions, task.metrics);
  const base = conditions.find(({ name }) => name === (input.base ?? "full"));
  const frame: Frame = {
    items: new Set(records.map(keyOf)),
    metrics,
    titles: new Map(methods.map(({ name, title }) => [name, title])),
    unit,
    prices,
    assumptions,
    base: base?.name,
    asked: sizesAsked(input.prompts),
    references: referencesOf(input.groups ?? []),
  };
  const summaries = conditions.map((condition) => summarizeCondition(condition, frame));
  const measures = summaries.some(({ nll }) => nll) ? [...metrics, "nll"] : metrics;
  const baselines = input.baselines ?? BASELINES;
  const plan = { conditions, summaries, methods, baselines, base: base?.name, measures, unit };
  return {
    task: { name: task.name, title: task.title, paper: task.paper, metrics: task.metrics },
    target: header.config.target.name,
    ...(base && { base: base.name }),
    unit,
    items: frame.items.size,
    groups: new Set(records.map(({ group }) => group)).size,
    ...(partial !== undefined && { partial }),
    ...(prices && { money: { prices, assumptions } }),
    metrics,
    conditions: summaries,
    pairs: pairsOf(plan),
    economies: economiesOf(conditions, base, { unit, prices, assumptions }),
  };
}

function referencesOf(groups: NonNullable<ReportInput["groups"]>): Frame["references"] {
  return new Map(
    groups.flatMap(({ id: group, items }) =>
      items.map(({ id, answers }) => [keyOf({ group, id }), answers] as const),
    ),
  );
}

/** Names of scores: the task's metrics and what they give besides (`gsm8k-any`), then any others. */
function metricsOf(conditions: readonly Condition[], metrics: readonly string[]): string[] {
  const names = new Set<string>();
  for (const { answered } of conditions) {
    for (const { scores } of answered.values()) {
      for (const name of Object.keys(scores)) names.add(name);
    }
  }
  const place = (name: string) => {
    const i = metrics.findIndex((metric) => name === metric || name.startsWith(`${metric}-`));
    return i < 0 ? metrics.length : i;
  };
  return [...names].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
