/**
 * Time of one prompt, compressing and answering: one chart a size. Pure.
 *
 * @module
 */
import { duration } from "../format.js";
import { sizeSections } from "../sections.js";
import type { ConditionSummary, Summary } from "../summary-types.js";
import type { Chart } from "./plot.js";
import { type Bar, barChart } from "./rows.js";

export const LATENCY_PARTS = ["compress", "answer"] as const;

/** The base stands above in every chart. None where no time was measured. */
export function latencyCharts({ conditions, base }: Summary): Chart[] {
  const full = conditions.filter(({ condition }) => condition === base);
  return sizeSections(conditions).flatMap((section, i) => {
    if (section.conditions.every((condition) => barsOf(condition).length === 0)) return [];
    const bars = [...full, ...section.conditions].flatMap(barsOf);
    return (
      barChart({
        id: `latency-${i}`,
        title: `Time of a prompt: ${section.title}`,
        bars,
        parts: LATENCY_PARTS,
        label: "ms →",
        format: duration,
      }) ?? []
    );
  });
}

function barsOf({ method, compressMs, answerMs }: ConditionSummary): Bar[] {
  return [
    ...(compressMs === undefined
      ? []
      : [{ row: method, part: "compress", value: compressMs.mean }]),
    ...(answerMs === undefined ? [] : [{ row: method, part: "answer", value: answerMs.mean }]),
  ];
}
