/**
 * Reading a text as the original does: sentence by sentence, each scored alone.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { breather } from "../schedule.js";
import type { Span } from "../text/types.js";
import { encodePieces } from "../tokens/pieces.js";
import { chunkers } from "./phrases.js";
import { readingOf } from "./reading.js";
import { type ScoredSentence, scoreSentence, type TokenizedSentence } from "./sentence-units.js";
import { sentencesOf } from "./sentences.js";
import type { SelectiveUnitsOptions } from "./types.js";
import { wordChunker } from "./words.js";

/**
 * The text's sentences with scored units, in order.
 *
 * @throws LlmlinguaError `invalid-option`, `missing-dependency`, `aborted`, `scorer-failed`, `closed`
 */
export async function readSentences(
  text: string,
  options: SelectiveUnitsOptions,
): Promise<ScoredSentence[]> {
  const { scorer, level = "phrase", phraseScore = "mean", signal, onProgress } = options;
  checkOneOf("level", level, ["sentence", "phrase", "token"]);
  checkOneOf("phraseScore", phraseScore, ["mean", "sum"]);
  const breath = breather(signal);
  const sentences = await tokenizeSentences(text, { ...options, level });
  const total = sentences.reduce((sum, { tokens }) => sum + tokens.ids.length, 0);
  const scored: ScoredSentence[] = [];
  let before = 0;
  for (const sentence of sentences) {
    await breath.pause();
    const report = (done: number) => onProgress?.(before + done, total);
    const settings = { scorer, level, phraseScore, breath, signal, onProgress: report };
    scored.push(await scoreSentence(sentence, settings));
    before += sentence.tokens.ids.length;
  }
  return scored;
}

async function tokenizeSentences(
  text: string,
  { scorer, level, phrases = "auto", spans, signal }: SelectiveUnitsOptions,
): Promise<TokenizedSentence[]> {
  if (typeof phrases !== "object") checkOneOf("phrases", phrases, ["auto", "english", "words"]);
  const breath = breather(signal);
  const chunkerForSpan = chunkers(level === "phrase" ? phrases : wordChunker);
  const sentences: TokenizedSentence[] = [];
  for (const span of spans ? checkedSpans(text, spans) : [{ start: 0, end: text.length }]) {
    const chunkerFor = await chunkerForSpan(text.slice(span.start, span.end));
    for (const sentence of sentencesOf(text, span)) {
      await breath.pause();
      const reading = readingOf(text, sentence);
      const tokens = await encodePieces(scorer.tokenizer, reading.text, { signal });
      sentences.push({ reading, tokens, chunkerFor });
    }
  }
  return sentences;
}

function checkedSpans(text: string, spans: readonly Span[]): readonly Span[] {
  let last = 0;
  for (const { start, end } of spans) {
    if (!(start >= last && end >= start && end <= text.length)) {
      throw new LlmlinguaError(
        "invalid-option",
        `spans has ${start} … ${end} after ${last}; spans must be sorted, disjoint and inside the text of ${text.length} UTF-16 units.`,
      );
    }
    last = end;
  }
  return spans;
}

function checkOneOf(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new LlmlinguaError(
    "invalid-option",
    `${name} is ${JSON.stringify(value)}; choose one of ${choices.join(", ")}.`,
  );
}
