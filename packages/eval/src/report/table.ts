/**
 * Tables as data, and as Markdown and HTML. Pure.
 *
 * @module
 */
import { escapeHtml, escapeMarkdown } from "./escape.js";

export interface Table {
  readonly caption: string;
  /** The first is the row's name. */
  readonly columns: readonly string[];
  /** How many of the first columns are words, which stand left. Default 1. */
  readonly words?: number;
  readonly sections: readonly Section[];
}

/** Rows under a common heading; "" = none. */
export interface Section {
  readonly title: string;
  /** Each as long as the table's columns. */
  readonly rows: readonly (readonly string[])[];
}

export function tableMarkdown({ caption, columns, words = 1, sections }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `| ${columns.map((_, i) => (i < words ? "---" : "---:")).join(" | ")} |`;
  const rows = sections.flatMap(({ title, rows }) => [
    ...(title === "" ? [] : [`| **${escapeMarkdown(title)}** |${" |".repeat(columns.length - 1)}`]),
    ...rows.map(line),
  ]);
  return [`${escapeMarkdown(caption)}`, "", line(columns), rule, ...rows].join("\n");
}

export function tableHtml({ caption, columns, words = 1, sections }: Table): string {
  const head = columns
    .map((name, i) => `<th scope="col"${side(i, words)}>${escapeHtml(name)}</th>`)
    .join("");
  const bodies = sections.map(({ title, rows }) => {
    const heading =
      title === ""
        ? ""
        : `<tr class="section"><th scope="rowgroup" colspan="${columns.length}"><span>${escapeHtml(title)}</span></th></tr>\n`;
    return `<tbody>${heading}${rows.map((row) => rowHtml(row, words)).join("\n")}</tbody>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">` +
    `<table><caption><span>${escapeHtml(caption)}</span></caption>` +
    `<thead><tr>${head}</tr></thead>\n${bodies.join("\n")}</table></div>`
  );
}

function rowHtml([name, ...cells]: readonly string[], words: number): string {
  const data = cells.map((cell, i) => `<td${side(i + 1, words)}>${escapeHtml(cell)}</td>`).join("");
  return `<tr><th scope="row">${escapeHtml(name)}</th>${data}</tr>`;
}

function side(column: number, words: number): string {
  return column < words ? ' class="t"' : "";
}
