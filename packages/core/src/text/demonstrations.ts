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
  /** The steps between the line that opens the answer and the closing formula, ascending. */
  readonly workings: readonly Span[];
}

/** The first word of a line is its label: "A:", "Answer:", "回答：". */
const LABELLED = /^\S{0,24}[:：]/u;

/**
 * Recognises worked examples by their structure: at least half of the contexts (and two) end in one
 * closing formula. An answer opens at the last line that starts with a recurring label, the first line
 * of a context aside, else at the first that recurs as it is ("Let's think step by step"); contexts
 * without such a line have no working.
 *
 * @param structure - what {@link recurringStructure} found in `text`
 */
export function demonstrationsOf(
  text: string,
  parts: readonly PromptPart[],
  structure: readonly StructureSpan[],
): Demonstrations | undefined {
  const contexts = parts.filter(({ kind }) => kind === "context");
  const own = contexts.map(({ start, end }) =>
    structure.filter((span) => span.start >= start && span.end <= end),
  );
  const closed = own.filter((spans) => spans.at(-1)?.kind === "closing").length;
  if (closed < Math.max(2, contexts.length / 2)) return undefined;
  const recurs = recurringWhole(text, own.flat());
  const workings: Span[] = [];
  for (const [i, spans] of own.entries()) {
    const opening = openingOf(text, contexts[i], spans, recurs);
    if (opening === undefined) continue;
    const last = spans.at(-1);
    const end = last?.kind === "closing" ? last.start : contexts[i].end;
    if (end > opening.end) workings.push({ start: opening.end, end });
  }
  return { workings };
}

function openingOf(
  text: string,
  context: Span,
  spans: readonly StructureSpan[],
  recurs: ReadonlySet<string>,
): Span | undefined {
  const isFirst = ({ start }: Span) => text.slice(context.start, start).trim() === "";
  const open = spans.filter((span) => span.kind === "recurring" && !isFirst(span));
  const labelled = open.findLast(({ start, end }) => LABELLED.test(text.slice(start, end)));
  return labelled ?? open.find(({ start, end }) => recurs.has(text.slice(start, end)));
}

/** Texts of structure that stand in at least two places and fill their line. */
function recurringWhole(text: string, spans: readonly Span[]): Set<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const { start, end } of spans) {
    const after = text.slice(end, end + 1);
    if (after !== "" && after !== "\n" && after !== "\r") continue;
    const own = text.slice(start, end);
    if (seen.has(own)) again.add(own);
    seen.add(own);
  }
  return again;
}
