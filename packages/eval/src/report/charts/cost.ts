/**
 * Cost per 1,000 prompts: one chart a size. Pure.
 *
 * @module
 */

import type { Prices } from "../../run/budget.js";
import { inputCost } from "../break-even.js";
import { dollars } from "../format.js";
import { sizeSections } from "../sections.js";
import type { ConditionSummary, Summary } from "../summary-types.js";
import type { Chart } from "./plot.js";
import { type Bar, barChart } from "./rows.js";

export const COST_PARTS = ["input", "output"] as const;

/** None where nothing was billed. */
export function costCharts({ conditions, base }: Summary, prices: Prices): Chart[] {
  const full = conditions.filter(({ condition }) => condition === base);
  return sizeSections(conditions).flatMap(({ title, conditions: members }, i) => {
    const bars = [...full, ...members].flatMap((condition) => barsOf(condition, prices));
    const chart = barChart({
      id: `cost-${i}`,
      title: `Cost per 1,000 prompts: ${title}`,
      bars,
      parts: COST_PARTS,
      label: "USD →",
      format: dollars,
    });
    return chart ?? [];
  });
}

function barsOf({ method, billed }: ConditionSummary, prices: Prices): Bar[] {
  if (billed === undefined) return [];
  const { promptTokens, cachedTokens, completionTokens } = billed;
  const cachedShare = promptTokens > 0 ? cachedTokens / promptTokens : 0;
  return [
    { row: method, part: "input", value: inputCost({ promptTokens, cachedShare }, prices) * 1000 },
    { row: method, part: "output", value: (completionTokens * prices.output) / 1000 },
  ];
}
