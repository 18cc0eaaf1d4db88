/**
 * Reads the contents of a JSON string as the words they stand for. Pure.
 *
 * @module
 */
import type { SourceBuilder } from "../source.js";

/** A surrogate pair in two escapes is one character; every other escape is one unit. */
const ESCAPES =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|["\\/bfnrt])/g;

const SHORT: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Reads `start` … `end` of `text` (a valid string's contents) into `builder`; gives what is read. */
export function readContents(
  builder: SourceBuilder,
  text: string,
  start: number,
  end: number,
): string {
  let done = start;
  let read = "";
  for (const match of text.slice(start, end).matchAll(ESCAPES)) {
    const at = start + match.index;
    builder.copy(done, at);
    read += text.slice(done, at);
    done = at + match[0].length;
    const decoded = decode(match[0]);
    builder.replace(at, done, decoded);
    read += decoded;
  }
  builder.copy(done, end);
  return read + text.slice(done, end);
}

function decode(written: string): string {
  if (written[1] !== "u") return SHORT[written[1]] ?? written[1];
  const units = [...written.matchAll(/u(.{4})/g)].map((match) => Number.parseInt(match[1], 16));
  return String.fromCharCode(...units);
}

/** A short string is a value like a number; at this many words it is a text. */
const TEXT_WORDS = 12;
/** Two characters of a script that sets no spaces count as one word. */
const WORDS =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+/g;

/** Whether a string (decoded) is long enough to lose words rather than to be kept or dropped whole. */
export function isText(contents: string): boolean {
  const words = contents.matchAll(WORDS);
  for (let n = 0; n < TEXT_WORDS; n++) if (words.next().done === true) return false;
  return true;
}
