/**
 * `explain --html`: one self-contained page without scripts, that asks nobody for anything. Pure.
 *
 * The text is untrusted: it is escaped everywhere, and the page's own policy forbids scripts.
 *
 * @module
 */
import type { CompressedPrompt } from "../../index.js";
import { autoLine, formatCount, formatDuration, formatRatio } from "../format.js";
import { BUDGET_COLUMNS, budgetRows, isReordered } from "./budget.js";
import { escapeHtml } from "./escape.js";
import { heatMap } from "./heat-map.js";
import { histogram } from "./histogram.js";
import { PAGE_STYLE } from "./page-style.js";
import { type Scale, scaleOf } from "./scale.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page. */
export function explainPage(result: CompressedPrompt): string {
  const sizes = `${formatCount(result.originalTokens)} → ${formatCount(result.compressedTokens)} tokens`;
  const scale = scaleOf(result);
  const chart = surprisalCard(result, scale);
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
<nav><a href="#map">Original</a><a href="#compressed">Compressed</a><a href="#budget">Budget</a>${chart && `<a href="#surprisal">${capital(scale.name)}</a>`}</nav>
</header>
<main>
<section class="card" id="map"><h2>Original, by ${scale.name}</h2>${key(scale)}
${heatMap(result)}</section>
<div class="side">
<section class="card" id="compressed"><h2>Compressed</h2><div class="text">${escapeHtml(result.text)}</div></section>
<section class="card" id="budget"><h2>Budget</h2>${budgetHtml(result)}</section>
${chart}
</div>
</main>
</body>
</html>
`;
}

function facts(result: CompressedPrompt): string[] {
  const { tokenizer, scorer, method, preset, targetTokens, timings } = result;
  return [
    `method ${method}`,
    `counted in ${tokenizer}`,
    `target ${formatCount(targetTokens)}`,
    `scored by ${scorer}`,
    `preset ${preset}`,
    ...[autoLine(result) ?? []].flat(),
    formatDuration(timings.totalMs),
  ];
}

function key({ steps: edges, unit, name }: Scale): string {
  const steps = edges.map((from, i) => `<i class="h${i}">${from}</i>`).join("");
  const sides = '<span class="k">kept</span><span class="d">dropped</span>';
  return `<p class="soft key">${unit || name} from ${steps}${sides}</p>`;
}

function budgetHtml(result: CompressedPrompt): string {
  const head = BUDGET_COLUMNS.map((name) => `<th scope="col">${name}</th>`).join("");
  const rows = budgetRows(result).map(({ cells, dropped, total }) => {
    const kind = total ? ' class="total"' : dropped ? ' class="gone-row"' : "";
    return `<tr${kind}>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const order = isReordered(result) ? " Rows are in the order of the result." : "";
  const units = `Tokens of ${result.tokenizer}, each part counted alone; surprisal in nats per token.${order}`;
  return (
    `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>` +
    `<p class="soft">${escapeHtml(units)}</p>`
  );
}

function surprisalCard({ tokens }: CompressedPrompt, scale: Scale): string {
  const chart = histogram(tokens, scale);
  if (chart === "") return "";
  const what = scale.unit === "" ? scale.name : `${scale.name} in ${scale.unit}`;
  const caption = `Tokens by ${what}: <i class="ik"></i>kept <i class="id"></i>dropped`;
  return (
    `<section class="card" id="surprisal"><h2>${capital(scale.name)}</h2>` +
    `<figure>${chart}<figcaption>${caption}</figcaption></figure></section>`
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
