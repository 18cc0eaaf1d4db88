/**
 * Tokens kept: one chart a size, with a line at the tokens asked for. Pure.
 *
 * @module
 */
import { count } from "../format.js";
import { sizeSections } from "../sections.js";
import type { Summary } from "../summary-types.js";
import type { Chart } from "./plot.js";
import { barChart } from "./rows.js";

export function tokenCharts({ conditions }: Summary): Chart[] {
  return sizeSections(conditions).flatMap(({ title, size = "", conditions: members }, i) => {
    const bars = members.flatMap(({ method, tokens }) =>
      tokens === undefined ? [] : [{ row: method, part: "kept", value: tokens }],
    );
    return (
      barChart({
        id: `tokens-${i}`,
        title: `Tokens kept: ${title}`,
        bars,
        parts: ["kept"],
        label: "tokens, mean of a prompt →",
        ...(/^\d+$/.test(size) && { target: Number(size) }),
        format: count,
      }) ?? []
    );
  });
}
