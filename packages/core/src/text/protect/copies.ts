/**
 * Every place of one text in another, in linear time whatever the two are. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";

/** The engine's own search looks ahead this far; with longer texts it can take quadratic time. */
const SHORT = 250;

/** Where `wanted` stands in `text`, first to last, without overlaps; nothing for an empty `wanted`. */
export function copiesOf(text: string, wanted: string): Span[] {
  const spans: Span[] = [];
  for (const start of placesOf(text, wanted)) spans.push({ start, end: start + wanted.length });
  return spans;
}

/** Whether `wanted` stands in `text`. */
export function hasCopy(text: string, wanted: string): boolean {
  for (const _ of placesOf(text, wanted)) return true;
  return wanted === "";
}

function* placesOf(text: string, wanted: string): Generator<number> {
  if (wanted === "" || wanted.length > text.length) return;
  if (wanted.length > SHORT) return yield* longPlacesOf(text, wanted);
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
    yield at;
  }
}

/** Knuth, Morris and Pratt (1977). */
function* longPlacesOf(text: string, wanted: string): Generator<number> {
  const borders = bordersOf(wanted);
  let matched = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = borders[matched - 1];
    if (unit === wanted.charCodeAt(matched)) matched++;
    if (matched < wanted.length) continue;
    yield i + 1 - matched;
    matched = 0;
  }
}

/** For each prefix of `wanted`: length of its longest proper prefix that is also its end. */
function bordersOf(wanted: string): Int32Array {
  const borders = new Int32Array(wanted.length);
  let matched = 0;
  for (let i = 1; i < wanted.length; i++) {
    const unit = wanted.charCodeAt(i);
    while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = borders[matched - 1];
    if (unit === wanted.charCodeAt(matched)) matched++;
    borders[i] = matched;
  }
  return borders;
}
