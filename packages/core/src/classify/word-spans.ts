/**
 * Where the words of a text lie: whole characters, whole tokens, and what no token covers goes with a neighbour.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import { boundariesOf } from "../text/boundaries.js";
import { isCharacterEdge } from "../text/segments.js";
import type { ForcedSpan } from "./forced.js";
import type { ResolvedRules } from "./options.js";
import type { PieceText } from "./tokenizer/types.js";

/** A word: its place in the text and its tokens `from` … `to`; none when no token covers it. */
export interface WordSpan {
  start: number;
  end: number;
  from: number;
  to: number;
  /** White space that was asked for. */
  readonly isSpace?: boolean;
}

const SPACE = /\s/;
const NOT_SPACE = /\S/;
/** XLM-RoBERTa's punctuation words begin without `▁`. */
const PUNCTUATION = /^[!-/:-@[-`{-~]+$/;
/** Edges set between two pauses. */
const STEP = 2048;

/** The words of a text in order; joined with the white space between them they are the text. */
export async function wordSpans(
  pieces: PieceText,
  family: "bert" | "xlm-roberta",
  rules: ResolvedRules,
  forced: readonly ForcedSpan[],
  breath: Breather,
): Promise<WordSpan[]> {
  const { text } = pieces;
  const edge = new Uint8Array(text.length + 1);
  let count = 0;
  const edges = rules.words === "model" ? modelEdges(pieces, family) : boundariesOf(text, "word");
  for (const at of edges) {
    edge[at] = 1;
    if (++count % STEP === 0) await breath.pause();
  }
  for (let at = 1; at < text.length; at++) {
    if (SPACE.test(text[at]) !== SPACE.test(text[at - 1])) edge[at] = 1;
    if (at % STEP === 0) await breath.pause();
  }
  const spaces = forced.filter(({ start, end }) => !NOT_SPACE.test(text.slice(start, end)));
  for (const { start, end } of spaces) edge[start] = edge[end] = 1;
  clearInside(edge, pieces);
  for (let at = 1; at < text.length; at++) {
    if (edge[at] === 1 && !isCharacterEdge(text, at)) edge[at] = 0;
  }
  return withNeighbours(spansBetween(edge, pieces, new Set(spaces.map(({ start }) => start))));
}

/** Where LLMLingua-2's words begin (Pan et al., 2024; the reference's `is_begin_of_new_word`). */
function* modelEdges({ tokens, start }: PieceText, family: "bert" | "xlm-roberta") {
  for (const [index, token] of tokens.entries()) {
    const begins =
      family === "bert"
        ? !token.startsWith("##")
        : token.startsWith("▁") || PUNCTUATION.test(token);
    if (begins) yield start[index];
  }
}

/** No word ends inside a token. */
function clearInside(edge: Uint8Array, { ids, start, end }: PieceText): void {
  for (let token = 0; token < ids.length; token++) {
    if (end[token] > start[token] + 1) edge.fill(0, start[token] + 1, end[token]);
  }
}

function spansBetween(
  edge: Uint8Array,
  pieces: PieceText,
  spaces: ReadonlySet<number>,
): WordSpan[] {
  const { text, ids, start: starts } = pieces;
  const spans: WordSpan[] = [];
  let token = 0;
  for (let start = 0; start < text.length; ) {
    let end = start + 1;
    while (end < text.length && edge[end] === 0) end++;
    const from = token;
    while (token < ids.length && starts[token] < end) token++;
    const isSpace = !NOT_SPACE.test(text.slice(start, end));
    if (!isSpace || spaces.has(start)) spans.push({ start, end, from, to: token, isSpace });
    start = end;
  }
  return spans;
}

/** What no token covers is joined to the word it touches, the one before it first. */
function withNeighbours(spans: readonly WordSpan[]): WordSpan[] {
  const joined: WordSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const isEmpty = span.from === span.to || last?.from === last?.to;
    if (isEmpty && last?.end === span.start && !span.isSpace && !last.isSpace) {
      if (last.from === last.to) last.from = span.from;
      [last.end, last.to] = [span.end, span.to];
    } else joined.push({ ...span });
  }
  return joined;
}
