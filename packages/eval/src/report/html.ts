/**
 * The report as one self-contained page. Pure.
 *
 * @module
 */

import type { Prices } from "../run/budget.js";
import type { RunHeader } from "../run/types.js";
import { breakEvenCharts } from "./charts/break-even.js";
import { COST_PARTS, costCharts } from "./charts/cost.js";
import { LATENCY_PARTS, latencyCharts } from "./charts/latency.js";
import { legendHtml } from "./charts/looks.js";
import { nllCharts } from "./charts/nll.js";
import { qualityCharts } from "./charts/quality.js";
import { tokenCharts } from "./charts/tokens.js";
import { costTable } from "./cost-table.js";
import type { Failures } from "./failures.js";
import { failuresHtml } from "./failures-html.js";
import { notesOf } from "./notes.js";
import { card, chartsHtml, notesHtml, pageHtml, partsLegend, provenanceHtml } from "./page.js";
import type { Summary } from "./summary-types.js";
import { type Table, tableHtml } from "./table.js";
import { latencyTable, mainTable, pairsTable } from "./tables.js";

/** Charts, tables, failures and provenance. The same input gives the same bytes. */
export function htmlReport(
  summary: Summary,
  header: RunHeader,
  failures: Failures,
  prices?: Prices,
): string {
  const { task, target, partial, items, groups, conditions } = summary;
  return pageHtml({
    title: task.title,
    lines: [
      `${task.paper === "" ? "" : `${task.paper} · `}target ${target}`,
      `${items} items in ${groups} ${groups === 1 ? "group" : "groups"} · ${conditions.length} conditions`,
    ],
    ...(partial !== undefined && { warning: `Partial run: ${partial}.` }),
    cards: [
      ...(conditions.length === 0
        ? [card("Results", "<p>No records.</p>")]
        : cardsOf(summary, prices)),
      ...(summary.metrics.length > 0
        ? [card("Failures side by side", failuresHtml(failures))]
        : []),
      provenanceHtml(header),
    ],
  });
}

function cardsOf(summary: Summary, prices: Prices | undefined): string[] {
  const legend = legendHtml(summary.conditions);
  const cost = prices ? costCharts(summary, prices) : [];
  const breakEven = prices ? breakEvenCharts(summary, prices) : [];
  return [
    card("Quality against ratio", chartsHtml(qualityCharts(summary), legend)),
    card("Results", tableHtml(mainTable(summary)), notesHtml(notesOf(summary))),
    card("Likelihood of the gold text", chartsHtml(nllCharts(summary), "")),
    card("Paired differences", folded(pairsTable(summary), summary.pairs.length)),
    card("Tokens kept", chartsHtml(tokenCharts(summary), "")),
    card(
      "Time",
      chartsHtml(latencyCharts(summary), partsLegend(LATENCY_PARTS)),
      tableOf(latencyTable(summary)),
    ),
    card(
      "Money",
      chartsHtml(cost, partsLegend(COST_PARTS)),
      chartsHtml(breakEven, ""),
      tableOf(costTable(summary)),
    ),
  ];
}

function tableOf(table: Table | undefined): string {
  return table ? tableHtml(table) : "";
}

/** Long tables are closed until asked for. */
function folded(table: Table | undefined, rows: number): string {
  if (table === undefined) return "";
  return `<details class="more"><summary>All ${rows} comparisons</summary>${tableHtml(table)}</details>`;
}
