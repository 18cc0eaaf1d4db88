/**
 * The report's section on the divergence from the target. Pure.
 *
 * @module
 */
import { type Estimate, escapeMarkdown, format, tableMarkdown } from "@llmlingua/eval";
import type { DivergenceSummary, Measured } from "./summary.js";
import { type Direction, directionOf } from "./verdict.js";

const VOCABULARIES =
  "Target and scorer have different vocabularies, so a divergence token by token is not defined.";

const COMMON =
  "Each side counts one way to split the text into tokens; an answer cut at its most tokens counts as far as it goes. The target's own part is not in the difference of the two scorers, which is the mean of ln p under the base − ln p under the aligned scorer over the same answers: given the samples it is sound, and surer than either value.";

interface Words {
  readonly title: string;
  readonly estimator: string;
  readonly verdicts: Readonly<Record<Direction, string>>;
}

const KL: Words = {
  title: "KL(target ‖ scorer)",
  estimator: `${VOCABULARIES} Over whole answers y it is: KL(target ‖ scorer) = E[ln p of y under the target − ln p of y under the scorer], y drawn from the target. It is estimated by the mean over answers drawn at temperature 1, their ends included. ${COMMON}`,
  verdicts: {
    lower: "The aligned scorer is closer to the target.",
    higher: "The aligned scorer is further from the target.",
    none: "No difference beyond the interval.",
  },
};

const GAP: Words = {
  title: "Cross-entropy gap, end of answer left out",
  estimator: `${VOCABULARIES} What is measured is the mean of ln p under the target − ln p under the scorer over answers drawn from the target at temperature 1. The target does not list how likely the end of its answers was, so ends are in neither probability: this is no KL divergence of whole answers. ${COMMON}`,
  verdicts: {
    lower: "The aligned scorer finds the target's own answers more likely.",
    higher: "The aligned scorer finds the target's own answers less likely.",
    none: "No difference beyond the interval.",
  },
};

/** Paragraphs and a table, or why there are none. */
export function divergenceText(section: Measured<DivergenceSummary>): readonly string[] {
  if (!section.measured) return [`Not measured. ${escapeMarkdown(section.why)}`];
  const { target, samples, prompts, groups, bytes, ends, leftOut, perAnswer, perByte } =
    section.value;
  const words = ends === "scored" ? KL : GAP;
  const row = (name: string, values: typeof perAnswer, digits: number) => [
    name,
    valueText(values.base, digits),
    valueText(values.aligned, digits),
    format.difference(values.difference, digits),
  ];
  const caption = `${format.count(samples)} answers of ${target.name} (${target.where}) to ${format.count(prompts)} held-out prompts, ${format.count(bytes)} bytes; intervals resample ${groups < prompts ? `their ${format.count(groups)} groups` : "prompts"}.`;
  const table = tableMarkdown({
    caption,
    columns: [words.title, "Base", "Aligned", "Difference"],
    sections: [
      {
        title: "",
        rows: [row("Nats per answer", perAnswer, 2), row("Nats per UTF-8 byte", perByte, 4)],
      },
    ],
  });
  const gone = Object.entries(leftOut).map(([why, count]) => `${format.count(count)} (${why})`);
  const note = gone.length === 0 ? "" : ` Left out: ${gone.join(", ")}.`;
  return [table, `${words.verdicts[directionOf(perAnswer.difference)]}${note}`, words.estimator];
}

/** With "to" in its interval: noise may take an estimate below 0. */
function valueText(value: Estimate, digits: number): string {
  return format.difference(value, digits).replace(/^\+/, "");
}
