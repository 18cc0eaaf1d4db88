/**
 * The original in the terminal: kept as it is, dropped dim, dropped parts as one line. Pure.
 *
 * @module
 */
import type { CompressedPart, CompressedPrompt } from "../../index.js";
import type { Paint } from "../colours.js";
import { formatCount } from "../format.js";
import { partName } from "./budget.js";
import { type Piece, piecesOf, runsOf } from "./pieces.js";

/** Characters shown of a part that was dropped whole. */
const PREVIEW = 60;

/** Safe to print: control characters of the text are shown, not sent to the terminal. */
export function keptAndDropped(result: CompressedPrompt, paint: Paint): string {
  const { original, parts } = result;
  const pieces = piecesOf(result);
  const out: string[] = [];
  let at = 0;
  const show = (start: number, end: number) => {
    for (const run of runsOf(pieces, { start, end })) out.push(runText(original, run, paint));
  };
  for (const part of parts) {
    show(at, part.start);
    if (part.dropped) out.push(droppedPart(original, part, paint));
    else show(part.start, part.end);
    at = part.end;
  }
  show(at, original.length);
  return out.join("").trimEnd();
}

function runText(original: string, { start, end, kept }: Piece, paint: Paint): string {
  const text = visible(original.slice(start, end));
  if (kept || text.trim() === "") return text;
  return paint.on ? paint.dim(text) : `[-${text}-]`;
}

function droppedPart(original: string, part: CompressedPart, paint: Paint): string {
  const text = visible(original.slice(part.start, part.end)).trim().replace(/\s+/g, " ");
  const preview = text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
  const mark = `✗ ${partName(part)} dropped, ${formatCount(part.originalTokens)} tokens:`;
  return `${paint.red(mark)} ${paint.dim(preview)}`;
}

/** Controls as their pictures (␛), so that a text cannot drive the terminal; bidi overrides too. */
export function visible(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/\p{Cc}/gu, (control) => {
      const code = control.codePointAt(0) ?? 0;
      if (control === "\n" || control === "\t") return control;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      return code === 0x7f ? "␡" : "�";
    })
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "�");
}
