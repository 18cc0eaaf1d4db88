/**
 * Recovers a response: what the large model copied from a compressed prompt, as the original has it.
 *
 * LongLLMLingua (Jiang et al., 2023), §4.4, "subsequence recovery", on words and with exact places
 * where they are known. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { hasCopy } from "../text/protect/copies.js";
import type { Span } from "../text/types.js";
import { isSliced, type Matcher, matcherBySpans } from "./recover-provenance.js";
import { indexRuns } from "./recover-runs.js";
import { matcherBySearch } from "./recover-subsequence.js";
import { readWords, type Vocabulary, type Words } from "./recover-words.js";

/** A search looks this far at most, however large the texts are. */
const MOST_GAP = 1000;

export interface RecoverInput {
  readonly original: string;
  /** A `CompressedPrompt`, or the compressed text alone. Absent: every run of four words counts. */
  readonly compressed?: {
    readonly text: string;
    /** UTF-16 offsets into `original`, in the order of `text`. */
    readonly spans?: readonly (readonly [start: number, end: number])[];
  };
  /** What the large model answered. */
  readonly response: string;
  /** Largest step from a kept word to the next in the original, in words (1: nothing between), 1 … 1000; default 10. */
  readonly maxGap?: number;
}

export interface Replacement {
  /** UTF-16 offsets into the response. */
  readonly response: Span;
  /** UTF-16 offsets into the original: whole words. */
  readonly original: Span;
}

export interface RecoveredResponse {
  readonly text: string;
  /** In order, disjoint in the response. */
  readonly replacements: readonly Replacement[];
}

/**
 * Replaces every run of words of the response that stands in the compressed text, and was cut out of
 * a longer stretch of the original, by that stretch: from left to right the longest run, of several
 * stretches the shortest, then the earliest. A run that the original holds as it stands is left alone,
 * and so is everything between runs, white space included; a run does not cross a line break.
 *
 * With `spans` the stretch is known exactly, and words that the compression cut are made whole;
 * without, or where `text` is not made of those slices, it is searched word by word. Words are those
 * of Unicode; case counts. Time is about linear in the texts.
 *
 * @throws LlmlinguaError `invalid-option` for a `maxGap` that is no whole number from 1 to 1000
 *
 * @example
 * ```ts
 * import { recover } from "@llmlingua/core";
 *
 * const compressed = { text: "Ada wrote notes", spans: [[0, 4], [13, 24]] as const };
 * recover({ original: "Ada Lovelace wrote notes", compressed, response: "It was Ada wrote notes." });
 * // text: "It was Ada Lovelace wrote notes."
 * ```
 */
export function recover(input: RecoverInput): RecoveredResponse {
  const { original, response, maxGap = 10 } = input;
  check(input, maxGap);
  if (response.trim() === "" || hasCopy(original, response)) {
    return { text: response, replacements: [] };
  }
  const vocabulary: Vocabulary = new Map();
  const matcher = matcherOf(input, vocabulary, maxGap);
  const words = readWords(response, vocabulary, false);
  return replaced(original, response, findAll(input, words, matcher));
}

function matcherOf(input: RecoverInput, vocabulary: Vocabulary, maxGap: number): Matcher {
  const { original: text, compressed } = input;
  const words = readWords(text, vocabulary, true);
  if (compressed === undefined) return matcherBySearch(words, undefined, maxGap);
  const { spans } = compressed;
  if (spans && isSliced(text, { text: compressed.text, spans })) {
    return matcherBySpans({ text, words }, { text: compressed.text, spans }, vocabulary, maxGap);
  }
  const runs = indexRuns(readWords(compressed.text, vocabulary, true).ids);
  return matcherBySearch(words, runs, maxGap);
}

function findAll(
  { original, response }: RecoverInput,
  words: Words,
  match: Matcher,
): Replacement[] {
  const replacements: Replacement[] = [];
  const lineEnds = lineEndsOf(response, words);
  for (let at = 0; at < words.ids.length; ) {
    if (!words.isWord[at]) {
      at++;
      continue;
    }
    const { length, source } = match(words, at, lineEnds[at]);
    const span = { start: words.starts[at], end: words.ends[at + length - 1] };
    at += length;
    if (source === undefined) continue;
    const isNew = original.slice(source.start, source.end) !== response.slice(span.start, span.end);
    if (isNew) replacements.push({ response: span, original: source });
  }
  return replacements;
}

/** For each word: how many words there are up to the end of its line. */
function lineEndsOf(response: string, { starts, ends }: Words): number[] {
  const lineEnds = new Array<number>(starts.length);
  let end = starts.length;
  for (let i = starts.length - 1; i >= 0; i--) {
    if (/[\r\n]/.test(response.slice(ends[i], starts[i + 1]))) end = i + 1;
    lineEnds[i] = end;
  }
  return lineEnds;
}

function replaced(
  original: string,
  response: string,
  replacements: readonly Replacement[],
): RecoveredResponse {
  let text = "";
  let at = 0;
  for (const { response: from, original: to } of replacements) {
    text += response.slice(at, from.start) + original.slice(to.start, to.end);
    at = from.end;
  }
  return { text: text + response.slice(at), replacements };
}

function check({ original, compressed, response }: RecoverInput, maxGap: unknown): void {
  const texts = { original, response, "compressed.text": compressed ? compressed.text : "" };
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== "string") throw invalid(name, text, "a string");
  }
  if (!Number.isInteger(maxGap) || (maxGap as number) < 1 || (maxGap as number) > MOST_GAP) {
    throw invalid("maxGap", maxGap, `a whole number from 1 to ${MOST_GAP}`);
  }
}

function invalid(name: string, value: unknown, expected: string): LlmlinguaError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new LlmlinguaError("invalid-option", `${name} is ${shown}; it must be ${expected}.`);
}
