/**
 * Separators of dropped stretches: what stood between two kept tokens still stands between them.
 *
 * Pure: a keep mask in, a keep mask out.
 *
 * @module
 */

import { isCharacterEdge } from "../text/segments.js";

/** Line breaks in each token that is a separator (only whitespace), −1 for other tokens. */
export type Breaks = Int16Array;

/** A longer run of whitespace tokens is text like any other: what of it stays is a matter of size. */
const LONGEST_RUN = 8;

/**
 * How many line breaks each separator token has; space inside a character is none, nor is a run of
 * more than {@link LONGEST_RUN} whitespace tokens. Length n.
 */
export function breaksOf(
  text: string,
  offsets: Uint32Array,
  isSeparator: (token: number) => boolean,
): Breaks {
  const breaks = new Int16Array(offsets.length - 1).fill(-1);
  for (let t = 0; t < breaks.length; t++) {
    if (!isSeparator(t)) continue;
    const piece = text.slice(offsets[t], offsets[t + 1]);
    if (piece === "" || piece.trim() !== "") continue;
    const startsWhole = piece.startsWith("\n") || isCharacterEdge(text, offsets[t]);
    const endsWhole = piece.endsWith("\r") || isCharacterEdge(text, offsets[t + 1]);
    if (startsWhole && endsWhole) breaks[t] = piece.split("\n").length - 1;
  }
  for (let t = 0; t < breaks.length; t++) {
    const start = t;
    while (t < breaks.length && breaks[t] >= 0) t++;
    if (t - start > LONGEST_RUN) breaks.fill(-1, start, t);
  }
  return breaks;
}

/**
 * Decides on the separators between every two neighbouring kept tokens of `from` … `to − 1`: all of
 * them stay when nothing else stood between; of a dropped stretch the run of separators with the
 * most line breaks stays (the first of equals), if it has any. Spaces that are missing then are a
 * matter of rendering. Separators before the first and after the last kept token stay as they are.
 */
export function restoreSeparators(
  kept: Uint8Array,
  breaks: Breaks,
  from = 0,
  to: number = kept.length,
): void {
  let last = -1;
  for (let t = from; t < to; t++) {
    if (kept[t] === 0 || breaks[t] >= 0) continue;
    if (last >= 0 && t - last > 1) keepBetween(kept, breaks, last + 1, t);
    last = t;
  }
}

function keepBetween(kept: Uint8Array, breaks: Breaks, from: number, to: number): void {
  let best = { from, to: from, lines: 0 };
  for (let start = from; start < to; start++) {
    if (breaks[start] < 0) continue;
    let end = start;
    let lines = 0;
    for (; end < to && breaks[end] >= 0; end++) lines += breaks[end];
    const isAll = start === from && end === to;
    if (isAll || lines > best.lines) best = { from: start, to: end, lines };
    start = end;
  }
  kept.fill(0, from, to);
  kept.fill(1, best.from, best.to);
}
