/**
 * Net saving by the share of the full prompt that is cached. Pure.
 *
 * Methods of one size save alike, so one method stands for all, with a line a size.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { Prices } from "../../run/budget.js";
import { savingOf } from "../break-even.js";
import { dollars } from "../format.js";
import type { Summary } from "../summary-types.js";
import { lookOf } from "./palette.js";
import type { Chart } from "./plot.js";

interface Line {
  readonly size: string;
  /** At none and all of the prompt, in % and USD per 1,000 prompts. */
  readonly points: readonly { readonly share: number; readonly net: number }[];
}

/** Of the first method with a saving; empty where nothing was billed, or cached tokens are no cheaper. */
export function breakEvenCharts({ conditions, economies }: Summary, prices: Prices): Chart[] {
  const priced = new Set(
    economies.flatMap(({ condition, saving }) => (saving?.cachedShare ? condition : [])),
  );
  const method = conditions.find(({ condition }) => priced.has(condition))?.method;
  const sizes = new Map(
    conditions
      .filter((one) => one.method === method)
      .map(({ condition, size }) => [condition, size]),
  );
  const lines = economies.flatMap(({ condition, use, saving }): Line[] => {
    const size = sizes.get(condition);
    if (!use || !saving?.cachedShare || size === undefined) return [];
    const points = [0, 1].map((cachedShare) => {
      const full = { ...use.full, cachedShare };
      const { net } = savingOf(full, use.compressed, prices, -saving.time);
      return { share: cachedShare * 100, net: net * 1000 };
    });
    return [{ size, points }];
  });
  if (lines.length === 0) return [];
  return [
    {
      id: "break-even",
      title: `Net saving by cached share: ${method}`,
      description: `USD per 1,000 prompts, with none and with all of the full prompt cached. ${lines.map(describe).join("; ")}.`,
      options: { ...FRAME, marks: [zeroLine(), ...lines.flatMap(lineMarks)] },
    },
  ];
}

const FRAME: Plot.PlotOptions = {
  height: 230,
  marginLeft: 44,
  marginTop: 26,
  marginBottom: 36,
  marginRight: 34,
  x: { label: "cached share of the full prompt, % →", ticks: 5 },
  y: { label: "↑ USD saved per 1,000 prompts", grid: true, nice: true, ticks: 5 },
};

function zeroLine(): Plot.RuleY {
  return Plot.ruleY([0], { stroke: "currentColor", strokeDasharray: "4 3" });
}

function lineMarks({ size, points }: Line, i: number): Plot.Markish[] {
  const { colour, marker } = lookOf(i);
  const place = { x: "share", y: "net" };
  return [
    Plot.line(points, { ...place, stroke: colour, strokeWidth: 1.5 }),
    Plot.dot(points, { ...place, fill: colour, symbol: marker, r: 3.2 }),
    Plot.text(points.slice(1), { ...place, text: () => size, textAnchor: "start", dx: 7 }),
  ];
}

function describe({ size, points: [none, all] }: Line): string {
  return `${size}: ${dollars(none.net)}, ${dollars(all.net)}`;
}
