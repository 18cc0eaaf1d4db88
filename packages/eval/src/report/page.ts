/**
 * The frame of a page that is one file, runs no script and asks nobody for anything. Pure.
 *
 * @module
 */
import type { RunHeader } from "../run/types.js";
import { type Chart, chartSvg } from "./charts/plot.js";
import { PART_FILLS } from "./charts/rows.js";
import { escapeHtml } from "./escape.js";
import { provenanceOf } from "./notes.js";
import { PAGE_STYLE } from "./page-style.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface Page {
  readonly title: string;
  /** Under the title, as text. */
  readonly lines: readonly string[];
  /** Above all else, as text. */
  readonly warning?: string;
  /** Cards, as HTML. */
  readonly cards: readonly string[];
}

/** Titles are escaped here; cards are HTML already. */
export function pageHtml({ title, lines, warning, cards }: Page): string {
  const subtitle = lines.map((line) => `<p class="soft">${escapeHtml(line)}</p>`).join("\n");
  const alert = warning === undefined ? "" : `<p class="warn">${escapeHtml(warning)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${subtitle}
${alert}
</header>
<main>
${cards.filter((card) => card !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** "" without a body. */
export function card(title: string, ...body: readonly string[]): string {
  const inside = body.filter((part) => part !== "").join("\n");
  return inside === ""
    ? ""
    : `<section class="card"><h2>${escapeHtml(title)}</h2>\n${inside}</section>`;
}

/** Small multiples with what explains them above; "" without charts. */
export function chartsHtml(charts: readonly Chart[], legend: string): string {
  if (charts.length === 0) return "";
  const figures = charts.map(
    (chart) =>
      `<figure><figcaption>${escapeHtml(chart.title)}</figcaption>${chartSvg(chart)}</figure>`,
  );
  return `${legend}<div class="charts">${figures.join("\n")}</div>`;
}

/** Names of the parts of stacked bars. */
export function partsLegend(parts: readonly string[]): string {
  const entries = parts.map((part, i) => {
    const square = `<i class="part" style="background:${PART_FILLS[i % PART_FILLS.length]}"></i>`;
    return `<li><span>${square}${escapeHtml(part)}</span></li>`;
  });
  return `<ul class="legend">${entries.join("")}</ul>`;
}

export function notesHtml(notes: readonly string[]): string {
  if (notes.length === 0) return "";
  return `<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>`;
}

/** Configuration, versions and command. */
export function provenanceHtml(header: RunHeader): string {
  const rows = provenanceOf(header).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const { command } = header;
  const shown = command === undefined ? "" : `<pre>${escapeHtml(command)}</pre>`;
  return card("How this was made", `<dl>${rows.join("\n")}</dl>`, shown);
}
