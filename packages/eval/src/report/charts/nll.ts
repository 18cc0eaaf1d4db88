/**
 * NLL difference to the base: one chart a size, one row a method, with intervals. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { difference } from "../format.js";
import { sizeSections } from "../sections.js";
import type { Difference, Summary } from "../summary-types.js";
import { type Looks, looksOf } from "./looks.js";
import { lookOf } from "./palette.js";
import type { Chart } from "./plot.js";
import { rowFrame } from "./rows.js";

interface Row {
  readonly method: string;
  readonly estimate: Difference;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** None where nothing is paired with the base. */
export function nllCharts({ conditions, pairs, base }: Summary): Chart[] {
  const looks = looksOf(conditions);
  const found = new Map(
    pairs
      .filter(({ measure, role }) => measure === "nll" && role === "base")
      .map((pair) => [pair.condition, pair.difference]),
  );
  const sections = sizeSections(conditions).map((section) => ({
    title: section.title,
    rows: section.conditions.flatMap(({ condition, method }) => {
      const estimate = found.get(condition);
      return estimate ? [rowOf(method, estimate)] : [];
    }),
  }));
  const all = sections.flatMap(({ rows }) => rows);
  const domain = [
    Math.min(0, ...all.map(({ low }) => low)),
    Math.max(0, ...all.map(({ high }) => high)),
  ];
  return sections.flatMap(({ title, rows }, i) => {
    if (rows.length === 0) return [];
    return {
      id: `nll-${i}`,
      title: `NLL minus ${base}: ${title}`,
      description: describe(rows),
      options: optionsOf(rows, domain, looks),
    };
  });
}

function rowOf(method: string, estimate: Difference): Row {
  const { mean, interval = [mean, mean] } = estimate;
  return { method, estimate, mean, low: interval[0], high: interval[1] };
}

/** One domain for all sizes, so that they can be read across. */
function optionsOf(rows: readonly Row[], domain: number[], looks: Looks): Plot.PlotOptions {
  const names = rows.map(({ method }) => method);
  const { x, ...frame } = rowFrame(names, "nats per token; right is worse →");
  return {
    ...frame,
    x: { ...x, domain, nice: true },
    marks: [
      Plot.ruleX([0], { stroke: "currentColor", strokeDasharray: "4 3" }),
      ...rows.flatMap((row) => {
        const { colour, marker } = looks.get(row.method) ?? lookOf(0);
        const bar = { y: "method", stroke: colour, strokeWidth: 1.75 };
        const dot = { y: "method", fill: colour, symbol: marker, r: 3.5 };
        return [
          Plot.link([row], { ...bar, x1: "low", x2: "high" }),
          Plot.dot([row], { ...dot, x: "mean" }),
        ];
      }),
    ],
  };
}

function describe(rows: readonly Row[]): string {
  const found = rows.map(({ method, estimate }) => `${method}: ${difference(estimate, 3)}`);
  return `Nats per token, less is better. ${found.join("; ")}.`;
}
