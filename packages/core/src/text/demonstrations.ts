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
/** "Is there anything else …?" answers nothing. */
const ASKS = /[?？]$/u;
/** From where a line's text ends to the line's end. */
const REST_OF_LINE = /[^\S\r\n]*(?:[\r\n]|$)/y;

interface Example extends Span {
  readonly structure: readonly StructureSpan[];
}

/**
 * Recognises worked examples by their structure: at least half of the contexts (and two) begin with
 * what recurs, have a line that opens the answer, and end in one formula with a slot that is not
 * always filled alike ("The answer is 4").
 *
 * The answer opens at the last line with a recurring label, the first line of a context aside ("A:"),
 * else at the first line that recurs as it is ("Let's think step by step"). Words are what stands
 * between spaces. Contexts with a rate of their own are left out.
 *
 * @param structure - what `recurringStructure` found in `text`, ascending, conclusions included
 */
export function demonstrationsOf(
  text: string,
  parts: readonly PromptPart[],
  structure: readonly StructureSpan[],
): Demonstrations | undefined {
  const contexts = parts.filter((part) => part.kind === "context" && part.rate === undefined);
  const filled = contexts.filter(({ start, end }) => text.slice(start, end).trim() !== "");
  const recurs = recurringWhole(text, structure);
  const workings: Span[] = [];
  const endings = new Set<string>();
  for (const example of withStructure(filled, structure)) {
    const working = workingOf(text, example, recurs);
    if (working === undefined) continue;
    workings.push(working);
    endings.add(text.slice(working.end, example.end).trim());
  }
  const isUsual = workings.length >= Math.max(2, filled.length / 2);
  return isUsual && endings.size > 1 ? { workings } : undefined;
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

/** What stands between opening and closing formula; undefined where one of them is missing. */
function workingOf(
  text: string,
  { start, structure }: Example,
  recurs: ReadonlySet<string>,
): Span | undefined {
  const [first, ...others] = structure;
  const closing = others.at(-1);
  if (closing?.kind !== "closing" || text.slice(start, first.start).trim() !== "") return undefined;
  if (ASKS.test(text.slice(closing.start, closing.end))) return undefined;
  const open = others.slice(0, -1);
  const opening =
    open.findLast((span) => LABELLED.test(text.slice(span.start, span.end))) ??
    open.find((span) => recurs.has(text.slice(span.start, span.end)));
  return opening && { start: opening.end, end: closing.start };
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
