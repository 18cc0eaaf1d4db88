/**
 * NLL difference to the base: one chart a size, one row a method, with intervals. Pure.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { difference } from "../format.js";
import { sizeSections } from "../sections.js";
import type { Difference, Summary } from "../summary-types.js";
import { looksOf } from "./looks.js";
import type { Chart } from "./plot.js";
import { rowFrame } from "./rows.js";

export function nllCharts(summary: Summary): Chart[] {
  const { conditions, pairs, base } = summary;
  const looks = looksOf(conditions);
  const found = new Map(
    pairs
      .filter(({ measure, role }) => measure === "nll" && role === "base")
      .map((pair) => [pair.condition, pair.difference]),
  );
  return sizeSections(conditions).flatMap((section, i) => {
    const rows = section.conditions.flatMap(({ condition, method }) => {
      const estimate = found.get(condition);
      return estimate ? [{ method, look: looks.get(method), estimate, ...ends(estimate) }] : [];
    });
    if (rows.length === 0) return [];
    const names = rows.map(({ method }) => method);
    return {
      id: `nll-${i}`,
      title: `NLL minus ${base}: ${section.title}`,
      description: `Nats per token, less is better. ${rows.map(({ method, estimate }) => `${method}: ${difference(estimate, 3)}`).join("; ")}.`,
      options: {
        ...rowFrame(names, "nats per token; right is worse →"),
        marks: [
          Plot.ruleX([0], { stroke: "currentColor", strokeDasharray: "4 3" }),
          ...rows.flatMap(({ method, look, mean, low, high }) => [
            Plot.ruleY([method], {
              x1: low,
              x2: high,
              y: method,
              stroke: look?.colour,
              strokeWidth: 1.75,
            }),
            Plot.dot([mean], {
              x: mean,
              y: () => method,
              fill: look?.colour,
              symbol: look?.marker,
              r: 3.5,
            }),
          ]),
        ],
      },
    };
  });
}

function ends({ mean, interval = [mean, mean] }: Difference) {
  return { mean, low: interval[0], high: interval[1] };
}
