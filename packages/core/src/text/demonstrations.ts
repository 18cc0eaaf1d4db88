/**
 * Worked examples: contexts that put something in, work on it, and end in one formula. Pure.
 *
 * The large model imitates how they answer, so the two sides are not alike: of what was asked the
 * words that matter are enough, of the working only whole steps are worth keeping (docs/quality-log.md).
 *
 * @module
 */
import type { StructureSpan } from "./structure.js";
import type { PromptPart, Span } from "./types.js";

/** Worked examples among the contexts of a prompt. */
export interface Demonstrations {
  /** The steps between what was asked and the closing formula, ascending. */
  readonly workings: readonly Span[];
}

/** The first word of a line is its label: "A:", "Answer:", "回答：". */
const LABELLED = /^\S{0,24}[:：]/u;
/** From where a line's text ends to the line's end. */
const REST_OF_LINE = /[^\S\r\n]*(?:[\r\n]|$)/y;

interface Example extends Span {
  readonly structure: readonly StructureSpan[];
}

/**
 * Recognises worked examples by their structure: at least half of the contexts (and two) begin with
 * what recurs and end in one formula with a slot that is not always filled alike ("The answer is 4").
 *
 * The working starts after the last line with a recurring label, the first line of a context aside
 * ("A:"), else after the first line that recurs as it is ("Let's think step by step"), else after the
 * first line. Words are what stands between spaces. Contexts with a rate of their own are left out.
 *
 * @param structure - what `recurringStructure` found in `text`, ascending
 */
export function demonstrationsOf(
  text: string,
  parts: readonly PromptPart[],
  structure: readonly StructureSpan[],
): Demonstrations | undefined {
  const contexts = parts.filter((part) => part.kind === "context" && part.rate === undefined);
  const filled = contexts.filter(({ start, end }) => text.slice(start, end).trim() !== "");
  const examples = withStructure(filled, structure);
  const shaped = examples.filter((example) => isShaped(text, example));
  const endings = new Set(shaped.map((example) => closingOf(text, example)));
  if (shaped.length < Math.max(2, filled.length / 2) || endings.size < 2) return undefined;
  const recurs = recurringWhole(text, structure);
  const workings = shaped.map((example) => workingOf(text, example, recurs));
  return { workings: workings.filter(({ start, end }) => text.slice(start, end).trim() !== "") };
}

/** Gives each of the sorted `contexts` its spans of the sorted `structure`. */
function withStructure(contexts: readonly Span[], structure: readonly StructureSpan[]): Example[] {
  let next = 0;
  return contexts.map(({ start, end }) => {
    while (next < structure.length && structure[next].start < start) next++;
    const first = next;
    while (next < structure.length && structure[next].end <= end) next++;
    return { start, end, structure: structure.slice(first, next) };
  });
}

function isShaped(text: string, { start, structure }: Example): boolean {
  const [first, last] = [structure[0], structure.at(-1)];
  return last?.kind === "closing" && first !== last && text.slice(start, first.start).trim() === "";
}

function closingOf(text: string, { structure }: Example): string {
  const last = structure.at(-1);
  return last === undefined ? "" : text.slice(last.start, last.end);
}

function workingOf(text: string, example: Example, recurs: ReadonlySet<string>): Span {
  const [first, ...others] = example.structure;
  const last = others.at(-1) ?? first;
  const open = others.filter(({ kind }) => kind === "recurring");
  const opening =
    open.findLast(({ start, end }) => LABELLED.test(text.slice(start, end))) ??
    open.find(({ start, end }) => recurs.has(text.slice(start, end)));
  const lineEnd = text.indexOf("\n", first.start);
  return { start: opening?.end ?? Math.min(lineEnd, last.start), end: last.start };
}

/** Texts of structure that stand in at least two places and fill their line. */
function recurringWhole(text: string, spans: readonly Span[]): Set<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const { start, end } of spans) {
    REST_OF_LINE.lastIndex = end;
    if (!REST_OF_LINE.test(text)) continue;
    const own = text.slice(start, end);
    if (seen.has(own)) again.add(own);
    seen.add(own);
  }
  return again;
}
