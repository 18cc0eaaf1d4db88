/**
 * The report's section on the divergence from the target. Pure.
 *
 * @module
 */
import { type Estimate, escapeMarkdown, format, tableMarkdown } from "@llmlingua/eval";
import type { DivergenceSummary, Measured } from "./summary.js";
import { directionOf } from "./verdict.js";

const ESTIMATOR =
  "Target and scorer have different vocabularies, so a divergence token by token is not defined. Over whole answers y it is: KL(target ‖ scorer) = E[ln p of y under the target − ln p of y under the scorer], y drawn from the target. It is estimated by the mean over answers drawn at temperature 1. The end of an answer is in neither probability; an answer cut at its most tokens counts as far as it goes; each side counts one way to split the text into tokens. The target's part is the same for both scorers, so their difference is surer than either value.";

const VERDICTS = {
  lower: "The aligned scorer is closer to the target.",
  higher: "The aligned scorer is further from the target.",
  none: "No difference beyond the interval.",
} as const;

/** Paragraphs and a table, or why there are none. */
export function divergenceText(section: Measured<DivergenceSummary>): readonly string[] {
  if (!section.measured) return [`Not measured. ${escapeMarkdown(section.why)}`];
  const { target, samples, prompts, bytes, leftOut, perAnswer, perByte } = section.value;
  const row = (name: string, values: typeof perAnswer, digits: number) => [
    name,
    valueText(values.base, digits),
    valueText(values.aligned, digits),
    format.difference(values.difference, digits),
  ];
  const caption = `${format.count(samples)} answers of ${target.name} (${target.where}) to ${format.count(prompts)} held-out prompts, ${format.count(bytes)} bytes; intervals resample prompts.`;
  const table = tableMarkdown({
    caption,
    columns: ["KL(target ‖ scorer)", "Base", "Aligned", "Difference"],
    sections: [
      {
        title: "",
        rows: [row("Nats per answer", perAnswer, 2), row("Nats per UTF-8 byte", perByte, 4)],
      },
    ],
  });
  const gone = Object.entries(leftOut).map(([why, count]) => `${format.count(count)} (${why})`);
  const note = gone.length === 0 ? "" : ` Left out: ${gone.join(", ")}.`;
  return [table, `${VERDICTS[directionOf(perAnswer.difference)]}${note}`, ESTIMATOR];
}

/** With "to" in its interval: noise may take an estimate below 0. */
function valueText(value: Estimate, digits: number): string {
  return format.difference(value, digits).replace(/^\+/, "");
}
