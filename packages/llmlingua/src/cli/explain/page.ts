/**
 * `explain --html`: one self-contained page without scripts, that asks nobody for anything. Pure.
 *
 * The text is untrusted: it is escaped everywhere, and the page's own policy forbids scripts.
 *
 * @module
 */
import type { CompressedPrompt } from "../../index.js";
import { formatCount, formatDuration, formatRatio } from "../format.js";
import { BUDGET_COLUMNS, budgetRows } from "./budget.js";
import { escapeHtml } from "./escape.js";
import { HEAT_STEPS, heatMap } from "./heat-map.js";
import { histogram } from "./histogram.js";
import { PAGE_STYLE } from "./page-style.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page. */
export function explainPage(result: CompressedPrompt): string {
  const sizes = `${formatCount(result.originalTokens)} → ${formatCount(result.compressedTokens)} tokens`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${sizes} · llmlingua explain</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${sizes}, ${formatRatio(result.ratio)}</h1>
<p class="soft">${facts(result).map(escapeHtml).join(" · ")}</p>
<nav><a href="#map">Original</a><a href="#compressed">Compressed</a><a href="#budget">Budget</a><a href="#surprisal">Surprisal</a></nav>
</header>
<main>
<section class="card" id="map"><h2>Original, by surprisal</h2>${key()}
${heatMap(result)}</section>
<div class="side">
<section class="card" id="compressed"><h2>Compressed</h2><div class="text">${escapeHtml(result.text)}</div></section>
<section class="card" id="budget"><h2>Budget</h2>${budgetHtml(result)}</section>
${surprisalCard(result)}
</div>
</main>
</body>
</html>
`;
}

function facts({ tokenizer, scorer, preset, targetTokens, timings }: CompressedPrompt): string[] {
  return [
    `counted in ${tokenizer}`,
    `target ${formatCount(targetTokens)}`,
    `scored by ${scorer}`,
    `preset ${preset}`,
    formatDuration(timings.totalMs),
  ];
}

function key(): string {
  const steps = HEAT_STEPS.map((from, i) => `<i class="h${i}">${from}</i>`).join("");
  const sides = '<span class="k">kept</span><span class="d">dropped</span>';
  return `<p class="soft key">nats from ${steps}${sides}</p>`;
}

function budgetHtml(result: CompressedPrompt): string {
  const head = BUDGET_COLUMNS.map((name) => `<th scope="col">${name}</th>`).join("");
  const rows = budgetRows(result).map(({ cells, dropped, total }) => {
    const kind = total ? ' class="total"' : dropped ? ' class="gone-row"' : "";
    return `<tr${kind}>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const units = `Tokens of ${result.tokenizer}, each part counted alone; surprisal in nats per token.`;
  return (
    `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>` +
    `<p class="soft">${escapeHtml(units)}</p>`
  );
}

function surprisalCard({ tokens }: CompressedPrompt): string {
  const chart = histogram(tokens);
  if (chart === "") return "";
  const caption = 'Tokens by surprisal in nats: <i class="ik"></i>kept <i class="id"></i>dropped';
  return (
    `<section class="card" id="surprisal"><h2>Surprisal</h2>` +
    `<figure>${chart}<figcaption>${caption}</figcaption></figure></section>`
  );
}
