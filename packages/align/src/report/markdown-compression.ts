/**
 * The report's section on what compression with each scorer keeps. Pure.
 *
 * @module
 */
import { escapeMarkdown, format, tableMarkdown } from "@llmlingua/eval";
import type { CompressionRow, CompressionSummary, Measured } from "./summary.js";
import { fewestPrompts, type RowVerdict, rowVerdict } from "./verdict.js";

const PAPER =
  "The paper's own effect is small: 78.62 without alignment, 79.08 with it, exact match on GSM8K (LLMLingua, Table 3).";

/** A table with a row for each condition and measure, or why there is none. */
export function compressionText(section: Measured<CompressionSummary>): readonly string[] {
  if (!section.measured) return [`Not measured. ${escapeMarkdown(section.why)}`];
  const { task, target, rows } = section.value;
  const table = tableMarkdown({
    caption: `${task}, answered by ${target}, over items that both runs answered. NLL: nats per token of the expected text, lower is better; other measures in hundredths, higher is better. p by flipping signs, Holm over the conditions of a measure.`,
    columns: [
      "Condition",
      "Measure",
      "Answers",
      "Prompts",
      "Base",
      "Aligned",
      "Difference",
      "p",
      "p (Holm)",
      "",
    ],
    words: 2,
    sections: [{ title: "", rows: rows.map(rowText) }],
  });
  return [table, conclusion(rows), notesOf(section.value)];
}

function rowText(row: CompressionRow): readonly string[] {
  const isNll = row.measure === "nll";
  const [digits, scale] = isNll ? [4, 1] : [1, 100];
  return [
    row.condition,
    isNll ? "NLL" : row.measure,
    format.count(row.difference.n),
    format.count(row.prompts),
    format.estimate(row.base, digits, scale),
    format.estimate(row.aligned, digits, scale),
    format.difference(row.difference, digits, scale),
    format.pValue(row.p),
    format.pValue(row.pHolm),
    rowVerdict(row),
  ];
}

function conclusion(rows: readonly CompressionRow[]): string {
  const told = rows.map((row) => ({ row, verdict: rowVerdict(row) }));
  const sentenceOf = (verdict: RowVerdict, before: string, after = "") => {
    const named = told
      .filter((one) => one.verdict === verdict)
      .map(({ row: { condition, measure } }) => `${condition} by ${measure}`);
    return named.length === 0 ? [] : [`${before} ${named.join(", ")}${after}.`];
  };
  if (rows.length === 0) return "No item has an answer in both runs: there is nothing to compare.";
  const parts = [
    ...sentenceOf("better", "The aligned scorer is better at"),
    ...sentenceOf("worse", "The aligned scorer is worse at"),
    ...sentenceOf("better with this prompt", "With this one prompt", " came out better"),
    ...sentenceOf("worse with this prompt", "With this one prompt", " came out worse"),
  ];
  const isQuiet = told.some(({ verdict }) => verdict === "no difference beyond chance");
  const rest = parts.length === 0 ? "No" : "Elsewhere no";
  return [
    ...parts,
    ...(isQuiet ? [`${rest} difference beyond chance.`] : []),
    ...sentenceOf("too few prompts", "Too few prompts to tell at"),
    ...sentenceOf("too few items", "Too few items to tell at"),
    PAPER,
  ].join(" ");
}

function notesOf({
  rows,
  tokens,
  prompts,
  overlapping,
  unpaired,
  failed,
  partial,
}: CompressionSummary): string {
  const sizes = tokens.map(({ condition, base, aligned }) => {
    return `${condition} ${format.fixed(base, 1)} and ${format.fixed(aligned, 1)}`;
  });
  const seen =
    overlapping === undefined
      ? "Whether pairs contain these items was not looked at; --data FOLDER of the task lets it be."
      : `${format.count(overlapping)} items were left out: their question stands in a pair's prompt.`;
  const answers = Math.max(0, ...rows.map(({ difference }) => difference.n));
  const shared = prompts < answers ? [sharedText(rows, prompts)] : [];
  const asked = rows.filter((row) => row.prompts > 1 && row.questions < row.difference.n);
  const questions = Math.max(0, ...asked.map((row) => row.questions));
  const repeated =
    asked.length > 0
      ? [
          `Several prompts were asked the same, ${format.count(questions)} questions by their ids: intervals draw prompts and questions (Owen 2007), p flips the signs of prompts.`,
        ]
      : [];
  return [
    ...(partial ? ["Partial: the spending cap was reached before all was asked."] : []),
    ...shared,
    ...repeated,
    `Mean tokens of a prompt, base and aligned: ${sizes.join("; ")}.`,
    seen,
    ...(unpaired > 0
      ? [`${format.count(unpaired)} answers have no partner in the other run.`]
      : []),
    ...(failed > 0 ? [`${format.count(failed)} items failed in one run or both.`] : []),
  ].join(" ");
}

function sharedText(rows: readonly CompressionRow[], prompts: number): string {
  const tested = rows.filter(({ p }) => p !== undefined);
  const conditions = new Set(tested.map(({ condition }) => condition)).size;
  const fewest =
    conditions === 0
      ? ""
      : ` ${format.count(fewestPrompts(conditions))} are the fewest of which ${format.count(conditions)} ${conditions === 1 ? "condition" : "conditions"} can show a difference.`;
  return prompts === 1
    ? `Intervals resample answers; these share 1 prompt, so they say nothing of other prompts of the kind. Compare runs with several.${fewest}`
    : `Answers share ${format.count(prompts)} prompts, which intervals and p resample.${fewest}`;
}
