/**
 * Heat map of surprisal over the original text, part by part, as HTML. Pure.
 *
 * @module
 */
import type { CompressedPart, CompressedPrompt } from "../../index.js";
import { formatCount } from "../format.js";
import { partName } from "./budget.js";
import { escapeHtml } from "./escape.js";
import { inPlace, type Piece, piecesOf } from "./pieces.js";
import { type Scale, scaleOf, withUnit } from "./scale.js";

/** One block a part, in the order of the original; text between parts only where it is more than blank. */
export function heatMap(result: CompressedPrompt): string {
  const { original } = result;
  const pieces = piecesOf(result);
  const scale = scaleOf(result);
  const blocks: string[] = [];
  let next = 0;
  const take = (end: number): string => {
    const spans: string[] = [];
    for (; next < pieces.length && pieces[next].end <= end; next++) {
      spans.push(pieceHtml(original, pieces[next], scale));
    }
    return spans.join("");
  };
  const between = (start: number, end: number) => {
    const html = take(end);
    if (original.slice(start, end).trim() !== "") blocks.push(`<div class="text">${html}</div>`);
  };
  let at = 0;
  for (const part of inPlace(result.parts)) {
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

function pieceHtml(original: string, { start, end, kept, surprisal }: Piece, scale: Scale): string {
  const text = original.slice(start, end);
  const scored = !Number.isNaN(surprisal);
  const score = scored ? withUnit(surprisal.toFixed(2), scale) : "not scored";
  const label = `${shown(text)} · ${score}`;
  const heat = scored ? ` h${heatStep(surprisal, scale)}` : "";
  const kind = kept ? "k" : "d";
  return `<span class="${kind}${heat}" data-t="${escapeHtml(label)}">${escapeHtml(text)}</span>`;
}

/** Index into the steps of a scale. */
export function heatStep(surprisal: number, { steps }: Pick<Scale, "steps">): number {
  let step = 0;
  while (step + 1 < steps.length && surprisal >= steps[step + 1]) step++;
  return step;
}

/** White space that would not be seen in a label. */
function shown(text: string): string {
  return text.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥").replace(/^ | $/g, "␣");
}
