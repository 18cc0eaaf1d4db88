/**
 * Quality against ratio: one chart a metric, one line a method, with interval bars. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { fixed } from "../format.js";
import { grouped } from "../records.js";
import type { ConditionSummary, Summary } from "../summary-types.js";
import { type Looks, looksOf } from "./looks.js";
import type { Chart } from "./plot.js";

interface Point {
  readonly ratio: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Line {
  readonly method: string;
  readonly points: readonly Point[];
}

/** A metric that no condition has gives no chart. */
export function qualityCharts(summary: Summary): Chart[] {
  const looks = looksOf(summary.conditions);
  return summary.metrics.flatMap((metric, i) => {
    const lines = linesOf(summary.conditions, metric);
    const levels = levelsOf(summary.conditions, metric);
    if (lines.length + levels.length === 0) return [];
    return {
      id: `quality-${i}`,
      title: `${metric} against compression ratio`,
      description: describe(lines, levels),
      options: { ...frame(summary.conditions), marks: marks(lines, levels, looks) },
    };
  });
}

function linesOf(conditions: readonly ConditionSummary[], metric: string): Line[] {
  const byMethod = grouped(conditions, ({ method }) => method);
  return [...byMethod].flatMap(([method, members]) => {
    const points = members.flatMap(({ size, ratio, scores }) => {
      const estimate = Object.hasOwn(scores, metric) ? scores[metric] : undefined;
      if (size === undefined || ratio === undefined || estimate === undefined) return [];
      const { mean, interval = [mean, mean] } = estimate;
      return { ratio, mean: mean * 100, low: interval[0] * 100, high: interval[1] * 100 };
    });
    return points.length > 0 ? [{ method, points }] : [];
  });
}

/** Conditions without a size, which are levels, not points. */
function levelsOf(conditions: readonly ConditionSummary[], metric: string) {
  return conditions.flatMap(({ size, method, scores }) =>
    size === undefined && Object.hasOwn(scores, metric)
      ? [{ method, mean: scores[metric].mean * 100 }]
      : [],
  );
}

/** The same for all metrics, so that they can be read across. */
function frame(conditions: readonly ConditionSummary[]): Plot.PlotOptions {
  const sized = conditions.filter(({ size, ratio }) => size !== undefined && ratio !== undefined);
  const ratios = sized.map(({ ratio }) => ratio ?? 1);
  const bySize = [...grouped(sized, ({ size }) => size ?? "").values()];
  const ticks = bySize.map((members) => median(members.map(({ ratio }) => ratio ?? 1)));
  const domain =
    ratios.length > 0 ? [Math.min(...ratios) / 1.12, Math.max(...ratios) * 1.12] : [1, 2];
  return {
    height: 250,
    marginLeft: 36,
    marginTop: 26,
    marginBottom: 36,
    x: {
      type: "log",
      domain,
      ticks: spread(ticks),
      tickFormat: (ratio: number) => `${fixed(ratio, 1)}x`,
      label: "compression ratio →",
    },
    y: { label: "↑ score, in hundredths", grid: true, nice: true, ticks: 5 },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Ticks that have room for their labels. */
function spread(ticks: readonly number[]): number[] {
  const kept: number[] = [];
  for (const tick of [...ticks].sort((a, b) => a - b)) {
    if (tick > (kept.at(-1) ?? 0) * 1.12) kept.push(tick);
  }
  return kept;
}

function marks(
  lines: readonly Line[],
  levels: readonly { method: string; mean: number }[],
  looks: Looks,
): Plot.Markish[] {
  return [
    ...levels.flatMap(({ method, mean }, i) => [
      Plot.ruleY([mean], { stroke: "currentColor", strokeDasharray: i === 0 ? "6 3" : "1.5 3" }),
      Plot.text([mean], {
        y: mean,
        text: [method],
        frameAnchor: i % 2 === 0 ? "right" : "left",
        dx: i % 2 === 0 ? -2 : 8,
        dy: -7,
        stroke: "var(--card)",
        strokeWidth: 3,
        fill: "currentColor",
      }),
    ]),
    ...lines.flatMap((line, i) => lineMarks(line, looks, aside(i, lines.length))),
  ];
}

/** Methods of one size stand beside each other, or their bars would cover each other. */
function aside(i: number, lines: number): number {
  return lines === 1 ? 0 : ((i / (lines - 1)) * 2 - 1) * Math.min(7, lines * 1.5);
}

function lineMarks({ method, points }: Line, looks: Looks, dx: number): Plot.Markish[] {
  const look = looks.get(method);
  const stroke = look?.colour;
  const place = { x: "ratio", dx };
  return [
    Plot.line(points, { ...place, y: "mean", stroke, strokeOpacity: 0.55, strokeWidth: 1.25 }),
    Plot.ruleX(points, { ...place, y1: "low", y2: "high", stroke, strokeWidth: 1.25 }),
    Plot.dot(points, { ...place, y: "mean", fill: stroke, symbol: look?.marker, r: 3.2 }),
  ];
}

function describe(lines: readonly Line[], levels: readonly { method: string; mean: number }[]) {
  const flat = levels.map(({ method, mean }) => `${method}: ${fixed(mean, 1)}`);
  const rows = lines.map(
    ({ method, points }) =>
      `${method}: ${points.map(({ ratio, mean }) => `${fixed(mean, 1)} at ${fixed(ratio, 1)}x`).join(", ")}`,
  );
  return `${[...flat, ...rows].join("; ")}. Bars are 95 % intervals; the figures are in the table.`;
}
