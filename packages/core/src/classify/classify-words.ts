/**
 * Every word of a text with the probability that it should stay (LLMLingua-2; Pan et al., 2024, §4).
 *
 * @module
 */
import { breather } from "../schedule.js";
import { type Chunk, chunksOf } from "./chunks.js";
import { encodeCalmly } from "./encode.js";
import { type ForcedSpan, forcedSpans } from "./forced.js";
import { type ClassifyOptions, type ResolvedRules, resolveRules } from "./options.js";
import type { TokenClassifier } from "./types.js";
import { type WordSpan, wordSpans } from "./word-spans.js";

/** Words of a text in order, not overlapping; arrays of length n. */
export interface ClassifiedWords {
  readonly text: string;
  /** UTF-16 offsets; between two words there is nothing or white space. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** P(preserve), 0 … 1; 0 for what the model cannot read (a lone control character). */
  readonly p: Float64Array;
  /** 1 = must stay: a force token or, if asked for, a digit lies in it. */
  readonly forced: Uint8Array;
  /** The chunk, from 0, in which the word was read. */
  readonly chunk: Uint32Array;
}

/**
 * Reads a text of any length in chunks and gives every word its probability. Text that spells a
 * special token (`[CLS]`, `<s>`) is read as plain text. White space that is a force token is a word.
 *
 * @throws LlmlinguaError `invalid-option`, `aborted`, and what the classifier throws
 */
export async function classifyWords(
  text: string,
  classifier: TokenClassifier,
  options: ClassifyOptions = {},
): Promise<ClassifiedWords> {
  const { signal, onProgress, ...given } = options;
  const rules = resolveRules(given);
  const breath = breather(signal);
  const { tokenizer, family, maxTokens } = classifier;
  const pieces = await encodeCalmly(tokenizer, text, breath);
  const forced = forcedSpans(text, rules.forceTokens, rules.forceReserveDigit);
  const words = await wordSpans(pieces, family, rules, forced, breath);
  const chunks = chunksOf(text, words, rules.chunkEndTokens, maxTokens - 2);
  const { start, end } = tokenizer.encoderTokens;
  const wrapped = chunks.map(({ from, to }) =>
    Uint32Array.of(start, ...pieces.ids.subarray(from, to), end),
  );
  const read = await classifier.classify(wrapped, { signal, onProgress });
  const p = new Float32Array(pieces.ids.length);
  for (const [index, { from, to }] of chunks.entries()) {
    p.set(read[index].subarray(1, 1 + to - from), from);
  }
  return { text, ...valuesOf(words, chunks, p, rules, forced) };
}

function valuesOf(
  words: readonly WordSpan[],
  chunks: readonly Chunk[],
  p: Float32Array,
  rules: ResolvedRules,
  spans: readonly ForcedSpan[],
): Omit<ClassifiedWords, "text"> {
  let chunk = 0;
  const chunkOf = words.map(({ from }) => {
    while (chunk + 1 < chunks.length && chunks[chunk].to <= from) chunk++;
    return chunk;
  });
  const values = {
    start: Uint32Array.from(words, (word) => word.start),
    end: Uint32Array.from(words, (word) => word.end),
    p: Float64Array.from(words, (word) => probabilityOf(word, p, rules.tokenToWord)),
    forced: new Uint8Array(words.length),
    chunk: Uint32Array.from(chunkOf),
  };
  markForced(values, spans, rules.dropConsecutive);
  return values;
}

function probabilityOf({ from, to }: WordSpan, p: Float32Array, how: "mean" | "first"): number {
  if (from === to) return 0;
  if (how === "first") return p[from];
  let sum = 0;
  for (let token = from; token < to; token++) sum += p[token];
  return sum / (to - from);
}

type Marked = Pick<ClassifiedWords, "start" | "end" | "p" | "forced">;

/** Forces the words a span touches; a repeat may go first of all instead. */
function markForced(
  { start, end, p, forced }: Marked,
  spans: readonly ForcedSpan[],
  drops: boolean,
) {
  let first = 0;
  let last: { readonly token?: string; readonly word: number } | undefined;
  for (const span of spans) {
    while (first < end.length && end[first] <= span.start) first++;
    let word = first;
    for (; word < start.length && start[word] < span.end; word++) {
      const fills = start[word] >= span.start && end[word] <= span.end;
      const repeats = drops && fills && span.token !== undefined && span.token === last?.token;
      if (repeats && first === (last?.word ?? 0) + 1) p[word] = 0;
      else forced[word] = 1;
    }
    if (span.token !== undefined && word > first) last = { token: span.token, word: word - 1 };
  }
}
