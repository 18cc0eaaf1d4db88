/**
 * Sentences by the original's rule, on offsets of the text as it is. Pure.
 *
 * Selective-Context 0.1.4, `sent_tokenize_pattern`: a sentence ends at white space after "." or "?"
 * (not "!"), except after letter-dot-letter-any ("e.g.") and capital-small-dot ("Dr."). A line break
 * is white space like any other. The original collapses white space first; the rule looks at no white
 * space but the run it splits at, so the places are the same.
 *
 * Added for scripts the rule knows nothing of (the original's Chinese mode never splits): a sentence
 * also ends after a terminator outside ASCII that Unicode's sentence rules know (`。！？।؟`) and the
 * closing quotes and brackets behind it, with or without a space.
 *
 * @module
 */
import { isCharacterEdge } from "../text/segments.js";
import type { Span } from "../text/types.js";
import { isSpaceAt, SPACES, trimmed } from "./white-space.js";

const WORD = "[\\p{L}\\p{N}_]";
const AFTER_STOP = `(?<=[.?])(?<!${WORD}\\.${WORD}.)(?<![A-Z][a-z]\\.)[${SPACES}]+`;
const OTHER_STOP = `(?![!.?]|．\\p{Nd})\\p{Sentence_Terminal}[\\p{Sentence_Terminal}\\p{Pe}\\p{Pf}"']*[${SPACES}]*`;
const END = new RegExp(`${AFTER_STOP}|${OTHER_STOP}`, "gu");

/** The sentences of `text` inside `span`, without white space around them; none is empty. */
export function* sentencesOf(text: string, span: Span): Generator<Span> {
  const part =
    span.start === 0 && span.end === text.length ? text : text.slice(span.start, span.end);
  let start = 0;
  const sentence = (end: number) =>
    trimmed(text, { start: span.start + start, end: span.start + end });
  for (const { 0: found, index } of part.matchAll(END)) {
    const next = edgeBefore(part, index + found.length);
    if (next === undefined) continue;
    const ended = sentence(next);
    if (ended) yield ended;
    start = next;
  }
  const last = sentence(part.length);
  if (last) yield last;
}

/** Where the next sentence may start: `end`, or before the space there when it carries a mark. */
function edgeBefore(text: string, end: number): number | undefined {
  if (isCharacterEdge(text, end)) return end;
  return isSpaceAt(text, end - 1) && isCharacterEdge(text, end - 1) ? end - 1 : undefined;
}
