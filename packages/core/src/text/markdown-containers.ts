/**
 * Block quotes and list items around a line of Markdown, by CommonMark §5. Pure.
 *
 * @module
 */

/** A block quote, or a list item whose text is indented by so many columns. */
export type Container = "quote" | number;

/** How far a line is read: the next character that is no space, and how far it is indented. */
export interface LinePlace {
  /** Offset of the first character that is not read yet and no space; the line's end when blank. */
  readonly at: number;
  /** Columns it is indented by inside its containers. */
  readonly indent: number;
  /** Its column in the line. */
  readonly column: number;
}

/** More containers in one another are read as text: each costs time on every line. */
export const MOST_CONTAINERS = 100;

const MARKER = /([-+*]|(\d{1,9})[.)])(?=[ \t]|$)/my;
/** A line like `---`, `* * *` or `___`. */
export function isRule(line: string): boolean {
  const mark = line[0];
  if (mark !== "-" && mark !== "*" && mark !== "_") return false;
  let marks = 0;
  for (const sign of line) {
    if (sign === mark) marks++;
    else if (sign !== " " && sign !== "\t") return false;
  }
  return marks >= 3;
}

/** Skips space from `at`, which is at `column`; what comes is indented relative to `base`. */
export function placeAt(
  text: string,
  at: number,
  end: number,
  column: number,
  base: number,
): LinePlace {
  let i = at;
  let c = column;
  for (; i < end && (text[i] === " " || text[i] === "\t"); i++)
    c += text[i] === "\t" ? 4 - (c % 4) : 1;
  return { at: i, column: c, indent: c - base };
}

/** Goes on into `container`; nothing when the line is not in it. */
export function enter(
  text: string,
  place: LinePlace,
  end: number,
  container: Container,
): LinePlace | undefined {
  if (container === "quote") return quoteAt(text, place, end);
  if (place.at === end) return place;
  return place.indent >= container ? { ...place, indent: place.indent - container } : undefined;
}

function quoteAt(text: string, { at, column, indent }: LinePlace, end: number) {
  if (indent > 3 || at === end || text[at] !== ">") return undefined;
  const hasSpace = text[at + 1] === " " || text[at + 1] === "\t";
  return placeAt(text, at + 1, end, column + 1, column + (hasSpace && at + 1 < end ? 2 : 1));
}

/** A container that starts here, and the line inside it. In a paragraph not every list may start. */
export function openAt(
  text: string,
  place: LinePlace,
  end: number,
  inParagraph: boolean,
): { readonly container: Container; readonly place: LinePlace } | undefined {
  if (place.indent > 3 || place.at === end) return undefined;
  const quoted = quoteAt(text, place, end);
  if (quoted) return { container: "quote", place: quoted };
  MARKER.lastIndex = place.at;
  const marker = MARKER.exec(text);
  if (marker === null || isRule(text.slice(place.at, end))) return undefined;
  const after = place.at + marker[0].length;
  const column = place.column + marker[0].length;
  const next = placeAt(text, after, end, column, column);
  const isBlank = next.at === end;
  if (inParagraph && (isBlank || (marker[2] !== undefined && marker[2] !== "1"))) return undefined;
  const gap = isBlank || next.indent > 4 ? 1 : next.indent;
  const container = place.indent + marker[0].length + gap;
  return { container, place: { ...next, indent: isBlank ? 0 : next.indent - gap } };
}
