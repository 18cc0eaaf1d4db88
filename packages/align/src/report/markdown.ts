/**
 * `report.md`. Pure: the same summary gives the same bytes.
 *
 * @module
 */
import { type Estimate, escapeMarkdown, format, tableMarkdown } from "@llmlingua/eval";
import { compressionText } from "./markdown-compression.js";
import { divergenceText } from "./markdown-divergence.js";
import type { GeneralSummary, HeldOutSummary, ReportSummary } from "./summary.js";
import { directionOf, forgettingVerdict } from "./verdict.js";

/** The report as Markdown, with a line feed at its end. */
export function markdownOf(summary: ReportSummary, command: string): string {
  const { pairs, versions, cost } = summary;
  const [base, aligned, file] = [summary.scorers.base, summary.scorers.aligned, pairs.file].map(
    escapeMarkdown,
  );
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const sections = [
    `# Alignment report: ${aligned}`,
    `Base scorer ${base}, aligned scorer ${aligned}, pairs ${file} (SHA-256 ${pairs.sha256.slice(0, 12)}…). Base and aligned read the same tokens, as compression reads them. Brackets are 95 % bootstrap intervals; differences are paired, aligned less base.`,
    "## Loss on held-out answers",
    ...heldOutText(summary.heldOut),
    "## General text",
    ...generalText(summary.general),
    "## Divergence from the target",
    ...divergenceText(summary.divergence),
    "## Effect on compression",
    ...compressionText(summary.compression),
    "## How this was made",
    `Versions: ${made.join(", ")}.${cost === undefined ? "" : ` The target cost ${cost.toFixed(2)} USD, earlier calls in this folder counted.`}`,
    `\`\`\`sh\n${command}\n\`\`\``,
  ];
  return `${sections.join("\n\n")}\n`;
}

const VERDICTS = {
  lower: "The aligned scorer finds the target's answers more likely than the base does.",
  higher: "The aligned scorer finds the target's answers less likely than the base does.",
  none: "No difference beyond the interval.",
} as const;

function heldOutText(found: HeldOutSummary): readonly string[] {
  const { pairs, groups, tokens, cut, sameFile, loss, change, training } = found;
  const rows = [
    [
      "Nats per answer token",
      format.estimate(loss.base, 4),
      format.estimate(loss.aligned, 4),
      percentChange(change),
    ],
  ];
  const caption = `${many(pairs, "pair")} that training did not see, ${format.count(tokens)} answer tokens; every token counts the same, intervals resample ${groups < pairs ? `their ${many(groups, "group")}` : "pairs"}.`;
  const table = tableMarkdown({
    caption,
    columns: ["", "Base", "Aligned", "Change"],
    sections: [{ title: "", rows }],
  });
  const notes = [
    VERDICTS[directionOf(change)],
    `Training measured ${format.fixed(training.before, 4)} before and ${format.fixed(training.after, 4)} after on its own graph, on ${measuredText(training.pairs, pairs)}. Those chose the step that was kept, so the loss flatters a little.`,
    ...(cut > 0
      ? [`${format.count(cut)} pairs are longer than the training's window and were shortened.`]
      : []),
    ...(sameFile
      ? []
      : [
          "The file of pairs is not byte for byte the one that was trained with; all held-out prompts are in it, but answers may differ.",
        ]),
  ];
  return [table, notes.join(" ")];
}

function measuredText(measured: number | undefined, pairs: number): string {
  if (measured === undefined)
    return "some or all of these pairs (its record does not say how many)";
  return measured < pairs ? `${format.count(measured)} of these pairs` : "all of these pairs";
}

function many(count: number, what: string): string {
  return `${format.count(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** `−7.2 % (−8.1 to −6.4)`. */
export function percentChange({ mean, interval }: Estimate): string {
  const [low, high] = (interval ?? []).map((value) => format.fixed(100 * value, 2));
  const range = interval === undefined ? "" : ` (${low} to ${high})`;
  return `${format.signed(100 * mean, 2)} %${range}`;
}

function generalText(found: GeneralSummary): readonly string[] {
  const { source, passages, leftOut, tokens, perplexity, ratio } = found;
  const rows = [
    [
      "Perplexity",
      format.fixed(perplexity.base, 2),
      format.fixed(perplexity.aligned, 2),
      format.estimate(ratio, 4),
    ],
  ];
  const more = leftOut > 0 ? ` ${format.count(leftOut)} further passages were not read.` : "";
  const table = tableMarkdown({
    caption: `Text: ${source}, ${many(passages, "passage")}, ${format.count(tokens)} tokens, each passage read by itself.${more}`,
    columns: ["", "Base", "Aligned", "Aligned / base"],
    sections: [{ title: "", rows }],
  });
  return [table, `The ratio is ${forgettingVerdict(found)}.`];
}
