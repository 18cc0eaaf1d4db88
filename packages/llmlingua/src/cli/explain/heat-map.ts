/**
 * Heat map of surprisal over the original text, part by part, as HTML. Pure.
 *
 * @module
 */
import type { CompressedPart, CompressedPrompt } from "../../index.js";
import { formatCount } from "../format.js";
import { partName } from "./budget.js";
import { escapeHtml } from "./escape.js";
import { type Piece, piecesOf } from "./pieces.js";

/** Colour steps: step i starts at `HEAT_STEPS[i]` nats. */
export const HEAT_STEPS = [0, 0.5, 1, 2, 3, 4.5, 6, 8] as const;

/** One block a part; text between parts only where it is more than blank. */
export function heatMap(result: CompressedPrompt): string {
  const { original, parts } = result;
  const pieces = piecesOf(result);
  const blocks: string[] = [];
  let next = 0;
  const take = (end: number): string => {
    const spans: string[] = [];
    for (; next < pieces.length && pieces[next].end <= end; next++) {
      spans.push(pieceHtml(original, pieces[next]));
    }
    return spans.join("");
  };
  const between = (start: number, end: number) => {
    const html = take(end);
    if (original.slice(start, end).trim() !== "") blocks.push(`<div class="text">${html}</div>`);
  };
  let at = 0;
  for (const part of parts) {
    between(at, part.start);
    blocks.push(partHtml(part, take(part.end)));
    at = part.end;
  }
  between(at, original.length);
  return blocks.join("\n");
}

function partHtml(part: CompressedPart, text: string): string {
  const { originalTokens, compressedTokens, dropped, kind } = part;
  const counts = `${formatCount(originalTokens)} → ${formatCount(compressedTokens)} tokens`;
  const fate = dropped ? ' <b class="gone">dropped whole</b>' : "";
  return (
    `<section class="part ${kind}${dropped ? " dropped" : ""}">` +
    `<h3>${partName(part)} <span>${counts}</span>${fate}</h3><div class="text">${text}</div></section>`
  );
}

function pieceHtml(original: string, { start, end, kept, surprisal }: Piece): string {
  const text = original.slice(start, end);
  const scored = !Number.isNaN(surprisal);
  const label = `${shown(text)} · ${scored ? `${surprisal.toFixed(2)} nats` : "not scored"}`;
  const heat = scored ? ` h${heatStep(surprisal)}` : "";
  const kind = kept ? "k" : "d";
  return `<span class="${kind}${heat}" data-t="${escapeHtml(label)}">${escapeHtml(text)}</span>`;
}

/** Index into HEAT_STEPS. */
export function heatStep(surprisal: number): number {
  let step = 0;
  while (step + 1 < HEAT_STEPS.length && surprisal >= HEAT_STEPS[step + 1]) step++;
  return step;
}

/** White space that would not be seen in a label. */
function shown(text: string): string {
  return text.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥").replace(/^ | $/g, "␣");
}
