/**
 * The original in the terminal: kept as it is, dropped dim, dropped parts as one line. Pure.
 *
 * @module
 */
import type { CompressedPart, CompressedPrompt } from "../../index.js";
import type { Paint } from "../colours.js";
import { formatCount } from "../format.js";
import { visible } from "../visible.js";
import { partName } from "./budget.js";
import { inPlace, type Piece, piecesOf, runReader } from "./pieces.js";

/** Characters shown of a part that was dropped whole. */
const PREVIEW = 60;

/** In the order of the original. Safe to print: control characters of the text are shown, not sent to the terminal. */
export function keptAndDropped(result: CompressedPrompt, paint: Paint): string {
  const { original } = result;
  const runsOf = runReader(piecesOf(result));
  const out: string[] = [];
  let at = 0;
  const show = (start: number, end: number) => {
    for (const run of runsOf({ start, end })) out.push(runText(original, run, paint));
  };
  for (const part of inPlace(result.parts)) {
    show(at, part.start);
    if (part.dropped && hasOwnLines(original, part)) out.push(droppedPart(original, part, paint));
    else show(part.start, part.end);
    at = part.end;
  }
  show(at, original.length);
  return out.join("").trimEnd();
}

/** Whether nothing else stands on its lines: the strings of a JSON share theirs. */
function hasOwnLines(original: string, { start, end }: CompressedPart): boolean {
  let before = start - 1;
  while (/[^\S\n]/.test(original.charAt(before))) before--;
  let after = end;
  while (/[^\S\n]/.test(original.charAt(after))) after++;
  const isEdge = (at: number) => /^\n?$/.test(original.charAt(at));
  return (
    (isEdge(before) || original.charAt(start) === "\n") &&
    (isEdge(after) || original.charAt(end - 1) === "\n")
  );
}

function runText(original: string, { start, end, kept }: Piece, paint: Paint): string {
  const text = visible(original.slice(start, end));
  if (kept || text.trim() === "") return text;
  return paint.on ? paint.dim(text) : `[-${text}-]`;
}

function droppedPart(original: string, part: CompressedPart, paint: Paint): string {
  const text = visible(original.slice(part.start, part.end)).trim().replace(/\s+/g, " ");
  const preview = text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
  const unit = part.originalTokens === 1 ? "token" : "tokens";
  const mark = `✗ ${partName(part)} dropped, ${formatCount(part.originalTokens)} ${unit}:`;
  return `${paint.red(mark)} ${paint.dim(preview)}`;
}
