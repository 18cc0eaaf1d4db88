/**
 * The reports of `eval own` as Markdown and as one page. Pure: the caller writes the files.
 *
 * @module
 */
import { breakEvenCharts } from "./charts/break-even.js";
import { differenceCharts } from "./charts/own.js";
import { costTable } from "./cost-table.js";
import { cut, escapeMarkdown, fenced } from "./escape.js";
import { type Failures, failuresOf } from "./failures.js";
import { failuresHtml } from "./failures-html.js";
import { fixed } from "./format.js";
import { provenanceMarkdown } from "./markdown.js";
import { notesOf } from "./notes.js";
import { type OwnInput, type OwnResult, resultOf } from "./own.js";
import { judge } from "./own-judge.js";
import { ownNotes, ownTable, recommendationText } from "./own-text.js";
import { card, chartsHtml, notesHtml, pageHtml, provenanceHtml } from "./page.js";
import { tableHtml, tableMarkdown } from "./table.js";

export interface OwnReports {
  readonly markdown: string;
  readonly html: string;
  readonly result: OwnResult;
}

/** The same input gives the same bytes. */
export function makeOwnReports(given: OwnInput): OwnReports {
  const judged = judge(given);
  const { input } = judged;
  const result = resultOf(judged);
  const failures = failuresOf(input, result.measure);
  return {
    markdown: ownMarkdown(result, input, failures),
    html: ownHtml(result, input, failures),
    result,
  };
}

function ownMarkdown(result: OwnResult, { header, task }: OwnInput, failures: Failures): string {
  const notes = [...ownNotes(result), ...notesOf(result.summary)];
  const cost = costTable(result.summary);
  const parts = [
    `# ${escapeMarkdown(task.title)}`,
    `**${escapeMarkdown(recommendationText(result))}**`,
    tableMarkdown(ownTable(result)),
    notes.map((note) => `- ${escapeMarkdown(note)}`).join("\n"),
    ...(cost ? [tableMarkdown(cost)] : []),
    failuresMarkdown(failures),
    provenanceMarkdown(header),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function failuresMarkdown(failures: Failures): string {
  const blocks = [...failures.values()]
    .flat()
    .map(({ condition, id, question, gold, full, compressed }) => {
      const score = `${fixed(full.score * 100, 0)} → ${fixed(compressed.score * 100, 0)}`;
      const texts = [
        ["Question", question],
        ["Expected", gold],
        ["With the full prompt", full.answer],
        ["With the compressed prompt", compressed.answer],
      ].flatMap(([name, text]) => (text === undefined ? [] : [`${name}:`, fenced(cut(text))]));
      return [`### ${escapeMarkdown(`${id}, ${condition}: ${score}`)}`, ...texts].join("\n\n");
    });
  return blocks.length === 0 ? "" : ["## Failures side by side", ...blocks].join("\n\n");
}

function ownHtml(result: OwnResult, input: OwnInput, failures: Failures): string {
  const { header, task, prices } = input;
  const { summary } = result;
  const cost = costTable(summary);
  return pageHtml({
    title: recommendationText(result),
    lines: [`${task.title} · target ${summary.target}`, `${summary.items} items`],
    ...(summary.partial !== undefined && { warning: `Partial run: ${summary.partial}.` }),
    cards: [
      card(
        "Quality and savings by rate",
        chartsHtml(differenceCharts(result), ""),
        tableHtml(ownTable(result)),
        notesHtml([...ownNotes(result), ...notesOf(summary)]),
      ),
      card(
        "Money",
        chartsHtml(prices ? breakEvenCharts(summary, prices) : [], ""),
        cost ? tableHtml(cost) : "",
      ),
      card("Failures side by side", failuresHtml(failures)),
      provenanceHtml(header),
    ],
  });
}
