/**
 * A sentence as the scorer reads it, and the way back to the text.
 *
 * The original collapses white space before it scores (`beautify_context`), so that is what is read;
 * units are mapped back, and what is kept of the text keeps its white space. Pure.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import { isSpaceAt, SPACES, trimmed } from "./white-space.js";

export interface Reading {
  /** The sentence, every run of white space one space. */
  readonly text: string;
  /** Where the sentence starts in the text. */
  readonly start: number;
  /** Offset in the text of each UTF-16 unit that is read, length n + 1; absent: nothing was collapsed. */
  readonly places?: Uint32Array;
}

const RUNS = new RegExp(`[${SPACES}]+`, "g");

/** Reads `text` from `start` to `end`. */
export function readingOf(text: string, { start, end }: Span): Reading {
  const slice = text.slice(start, end);
  const read = slice.replace(RUNS, " ");
  if (read === slice) return { text: slice, start };
  const places = new Uint32Array(read.length + 1);
  let at = 0;
  for (let index = 0; index < slice.length; index++) {
    if (isSpaceAt(slice, index) && index > 0 && isSpaceAt(slice, index - 1)) continue;
    places[at++] = start + index;
  }
  places[at] = end;
  return { text: read, start, places };
}

/** The span of the text that was read as `unit`, without white space around it. */
export function sourceOf(text: string, reading: Reading, unit: Span): Span | undefined {
  const { places, start } = reading;
  const source = places
    ? { start: places[unit.start], end: places[unit.end] }
    : { start: start + unit.start, end: start + unit.end };
  return trimmed(text, source);
}
