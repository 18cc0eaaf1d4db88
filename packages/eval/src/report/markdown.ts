/**
 * The report as Markdown. Pure.
 *
 * @module
 */
import type { RunHeader } from "../run/types.js";
import { costTable } from "./cost-table.js";
import { escapeMarkdown, fenced } from "./escape.js";
import { notesOf, provenanceOf } from "./notes.js";
import type { Summary } from "./summary-types.js";
import { tableMarkdown } from "./table.js";
import { latencyTable, mainTable, pairsTable } from "./tables.js";

/** Tables, their notes, and how to make them again. */
export function markdownReport(summary: Summary, header: RunHeader): string {
  const { task, target, conditions } = summary;
  const tables = [pairsTable(summary), costTable(summary), latencyTable(summary)];
  const parts = [
    `# ${escapeMarkdown(task.title)}`,
    escapeMarkdown(`${task.paper === "" ? "" : `${task.paper}. `}Target: ${target}.`),
    conditions.length === 0 ? "No records." : tableMarkdown(mainTable(summary)),
    notesOf(summary).map(escapeMarkdown).map(item).join("\n"),
    ...tables.flatMap((table) => (table ? [tableMarkdown(table)] : [])),
    provenanceMarkdown(header),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Configuration, versions and command, for the foot of a report. */
export function provenanceMarkdown(header: RunHeader): string {
  const rows = provenanceOf(header).map(([name, value]) =>
    item(`${name}: ${escapeMarkdown(value)}`),
  );
  const command = header.command === undefined ? [] : [fenced(header.command)];
  return ["## How this was made", rows.join("\n"), ...command].join("\n\n");
}

function item(text: string): string {
  return `- ${text}`;
}
