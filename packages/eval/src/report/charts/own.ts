/**
 * Quality lost by rate, with what may be lost at most. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { difference } from "../format.js";
import type { OwnResult } from "../own.js";
import { lookOf } from "./palette.js";
import type { Chart } from "./plot.js";
import { rowFrame } from "./rows.js";

/** Empty where nothing is paired with the full prompt. */
export function differenceCharts({ rates, delta, measure }: OwnResult): Chart[] {
  const rows = rates.flatMap(({ condition, difference: found }) => {
    if (found === undefined) return [];
    const { mean, interval = [mean, mean] } = found;
    const [low, high] = interval;
    return [{ condition, found, mean: mean * 100, low: low * 100, high: high * 100 }];
  });
  if (rows.length === 0) return [];
  const { colour, marker } = lookOf(0);
  const label = "difference; left of the dashes is too much";
  const names = rows.map(({ condition }) => condition);
  const frame = rowFrame(names, label);
  const text = rows.map(({ condition, found }) => `${condition}: ${difference(found, 1, 100)}`);
  return [
    {
      id: "own-difference",
      title: `${measure} against the full prompt, in hundredths`,
      description: `${text.join("; ")}. At most ${delta * 100} may be lost: the dashed line.`,
      options: {
        ...frame,
        x: { ...frame.x, labelArrow: "none" },
        marks: [
          Plot.ruleX([0], { stroke: "currentColor" }),
          Plot.ruleX([-delta * 100], {
            stroke: "var(--c1)",
            strokeDasharray: "5 3",
            strokeWidth: 1.5,
          }),
          Plot.link(rows, {
            y: "condition",
            x1: "low",
            x2: "high",
            stroke: colour,
            strokeWidth: 1.75,
          }),
          Plot.dot(rows, { y: "condition", x: "mean", fill: colour, symbol: marker, r: 3.5 }),
        ],
      },
    },
  ];
}
