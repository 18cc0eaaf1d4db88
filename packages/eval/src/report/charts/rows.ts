/**
 * Charts with one row a condition: the shared frame, and stacked bars. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type Chart, shortened } from "./plot.js";

/** One part of a row's bar. */
export interface Bar {
  readonly row: string;
  readonly part: string;
  readonly value: number;
}

export interface Bars extends Pick<Chart, "id" | "title"> {
  readonly bars: readonly Bar[];
  /** In the order they are stacked. */
  readonly parts: readonly string[];
  readonly label: string;
  /** A line at what was asked for. */
  readonly target?: number;
  format(value: number): string;
}

/** Fills of the parts of a bar: they differ in lightness too. */
export const PART_FILLS = ["var(--p0)", "var(--p1)", "var(--p2)"] as const;

export function rowFrame(rows: readonly string[], label: string): Plot.PlotOptions {
  return {
    height: rows.length * 20 + 48,
    marginLeft: 124,
    marginRight: 14,
    marginTop: 8,
    marginBottom: 40,
    x: { label, grid: true, ticks: 4, labelAnchor: "right" },
    y: {
      type: "band",
      domain: rows,
      label: null,
      tickSize: 0,
      tickFormat: (row: string) => shortened(row),
    },
  };
}

/** Undefined without bars. */
export function barChart(given: Bars): Chart | undefined {
  const { id, title, bars, parts, label, target, format } = given;
  if (bars.length === 0) return undefined;
  const rows = [...new Set(bars.map(({ row }) => row))];
  const base = rowFrame(rows, label);
  const fill = (bar: Bar) => PART_FILLS[parts.indexOf(bar.part) % PART_FILLS.length];
  return {
    id,
    title,
    description: `${rows.map((row) => describe(row, bars, format)).join("; ")}.`,
    options: {
      ...base,
      marks: [
        Plot.barX(bars, Plot.stackX({ x: "value", y: "row", fill, insetTop: 2, insetBottom: 2 })),
        Plot.ruleX([0]),
        ...(target === undefined
          ? []
          : [Plot.ruleX([target], { stroke: "currentColor", strokeDasharray: "4 3" })]),
      ],
    },
  };
}

function describe(row: string, bars: readonly Bar[], format: Bars["format"]): string {
  const own = bars.filter((bar) => bar.row === row);
  return `${row}: ${own.map(({ part, value }) => `${part} ${format(value)}`).join(", ")}`;
}
