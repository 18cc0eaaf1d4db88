/**
 * Code and headings in Markdown. Pure, linear.
 *
 * Follows CommonMark for fences, code spans, headings and what is around them; does not read HTML
 * blocks and link definitions, and takes indented code for text (a prompt's indentation seldom means
 * code, and inline code in it is worth finding). Written here because the core needs nothing installed.
 *
 * @module
 */
import {
  type Container,
  enter,
  isRule,
  type LinePlace,
  MOST_CONTAINERS,
  openAt,
  placeAt,
} from "./markdown-containers.js";
import { inlineCode } from "./markdown-inline.js";
import type { Span } from "./types.js";

const LINES = /[^\r\n]*(?:\r\n|\n|\r|$)/g;
const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const HEADING = /^#{1,6}(?:[ \t]|$)/;
const UNDERLINE = /^(?:=+|-+)[ \t]*$/;

/** Fenced blocks with their fences and inline code with its backticks; sorted, disjoint. */
export function codeSpans(text: string): Span[] {
  return read(text).code;
}

/** Headings, with their signs or underlines; sorted, disjoint. */
export function headingSpans(text: string): Span[] {
  return read(text).headings;
}

/** What is known after some lines. */
interface Reading {
  readonly text: string;
  readonly code: Span[];
  readonly headings: Span[];
  containers: Container[];
  /** A paragraph that may go on in the next line. */
  paragraph?: { start: number; end: number };
  /** An open fence and how many containers it is in. */
  fence?: { start: number; end: number; mark: string; depth: number };
}

function read(text: string): Reading {
  const reading: Reading = { text, code: [], headings: [], containers: [] };
  for (const { index: start, 0: line } of text.matchAll(LINES)) {
    if (line === "") break;
    readLine(reading, start, start + line.replace(/[\r\n]+$/, "").length);
  }
  closeParagraph(reading);
  closeFence(reading, text.length);
  return reading;
}

/** How many of the containers a line goes on in, and what is left of it. */
function enterAll({ text, containers }: Reading, start: number, end: number) {
  let place = placeAt(text, start, end, 0, 0);
  for (const [depth, container] of containers.entries()) {
    const inside = enter(text, place, end, container);
    if (inside === undefined) return { depth, place };
    place = inside;
  }
  return { depth: containers.length, place };
}

function readLine(reading: Reading, start: number, end: number): void {
  const { text } = reading;
  const { depth, place: inner } = enterAll(reading, start, end);
  let place = inner;
  if (reading.fence) {
    if (depth >= reading.fence.depth) {
      readFenced(reading, place, end);
      return;
    }
    closeFence(reading);
  }
  const isInside = depth === reading.containers.length;
  const opened: Container[] = [];
  while (depth + opened.length < MOST_CONTAINERS) {
    const inParagraph = reading.paragraph !== undefined && isInside && opened.length === 0;
    if (inParagraph && isLine(UNDERLINE, text, place, end)) break;
    const open = openAt(text, place, end, inParagraph);
    if (open === undefined) break;
    opened.push(open.container);
    place = open.place;
  }
  if (!isInside || opened.length > 0) {
    if (opened.length === 0 && reading.paragraph && isPlain(text, place, end)) {
      reading.paragraph.end = end;
      return;
    }
    closeParagraph(reading);
    reading.containers = [...reading.containers.slice(0, depth), ...opened];
  }
  readLeaf(reading, place, end);
}

/** One line of what is not a container; a paragraph that is still open may go on in it. */
function readLeaf(reading: Reading, place: LinePlace, end: number): void {
  const { text, code, headings, paragraph } = reading;
  const { at } = place;
  if (at === end) closeParagraph(reading);
  else if (isLine(FENCE, text, place, end)) {
    closeParagraph(reading);
    const mark = /^(?:`+|~+)/.exec(text.slice(at, end))?.[0] ?? "";
    reading.fence = { start: at, end, mark, depth: reading.containers.length };
  } else if (isLine(HEADING, text, place, end)) {
    closeParagraph(reading);
    headings.push({ start: at, end });
    for (const span of inlineCode(text.slice(at, end))) code.push(shift(span, at));
  } else if (paragraph && isLine(UNDERLINE, text, place, end)) {
    headings.push({ start: paragraph.start, end });
    closeParagraph(reading);
  } else if (place.indent < 4 && isRule(text.slice(at, end))) closeParagraph(reading);
  else if (paragraph) paragraph.end = end;
  else reading.paragraph = { start: at, end };
}

function isPlain(text: string, place: LinePlace, end: number): boolean {
  if (place.at === end) return false;
  if (place.indent > 3) return true;
  const line = text.slice(place.at, end);
  return !FENCE.test(line) && !HEADING.test(line) && !isRule(line);
}

function isLine(pattern: RegExp, text: string, { at, indent }: LinePlace, end: number): boolean {
  return indent <= 3 && pattern.test(text.slice(at, end));
}

function readFenced(reading: Reading, { at, indent }: LinePlace, end: number): void {
  const { fence, text } = reading;
  if (!fence) return;
  fence.end = end;
  if (indent > 3 || !text.startsWith(fence.mark, at)) return;
  let i = at;
  while (i < end && text[i] === fence.mark[0]) i++;
  while (i < end && (text[i] === " " || text[i] === "\t")) i++;
  if (i === end) closeFence(reading);
}

function closeFence(reading: Reading, end?: number): void {
  const { fence, code } = reading;
  if (fence) code.push({ start: fence.start, end: end ?? fence.end });
  reading.fence = undefined;
}

function closeParagraph(reading: Reading): void {
  const { paragraph, text, code } = reading;
  reading.paragraph = undefined;
  if (paragraph === undefined) return;
  for (const span of inlineCode(text.slice(paragraph.start, paragraph.end))) {
    code.push(shift(span, paragraph.start));
  }
}

function shift({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
