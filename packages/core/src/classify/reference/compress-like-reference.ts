/**
 * LLMLingua-2 as microsoft/LLMLingua 0.2.2 runs it, its slips included: for comparing and moving over.
 *
 * Differences, all where the reference fails: `rate` ≤ 0 keeps nothing, no contexts and chunks or
 * contexts without words are allowed, text that a counter would refuse is counted, an empty force
 * token is refused. Placeholders read as unknown token, and a BERT text that spells `[PAD]` is not
 * hidden from its neighbours.
 *
 * @module
 */
import { countText } from "../../tokens/count.js";
import { referenceReport } from "../../tokens/reference-report.js";
import { contextRate, contextScore, keepContexts } from "./context-filter.js";
import { decide } from "./decide.js";
import { labelOf, type ReferenceWord, wordProbability } from "./merge-words.js";
import { hide, reveal } from "./placeholders.js";
import { createReader, type ReferenceReader } from "./reader.js";
import { type ResolvedSettings, resolveSettings } from "./settings.js";
import type { ReferenceLlmlingua2Call, ReferenceLlmlingua2Result } from "./types.js";

/** What the stages of one call share. */
interface Job extends Pick<ReferenceLlmlingua2Call, "classifier" | "counter"> {
  readonly settings: ResolvedSettings;
  readonly reader: ReferenceReader;
}

/** A context after the token stage. */
interface Compressed {
  readonly text: string;
  readonly words: readonly string[];
  readonly labels: readonly (0 | 1)[];
}

/** Words where no model ran: Python's `\b\w+\b|[…]`. */
const PLAIN_WORDS = /[\p{L}\p{N}_]+|[<>=/!@#$%^&*()?":{}|\\`~;+-]/gu;

/**
 * Compresses as `compress_prompt` of the Python reference does with `use_llmlingua2=True`.
 *
 * @throws LlmlinguaError `invalid-option`, `aborted`, and what the classifier throws
 */
export async function compressLikeReference(
  context: string | readonly string[],
  { classifier, counter, signal, ...given }: ReferenceLlmlingua2Call,
): Promise<ReferenceLlmlingua2Result> {
  const settings = resolveSettings(given);
  const reader = createReader(classifier, settings, signal);
  const job: Job = { classifier, counter, settings, reader };
  const texts = typeof context === "string" ? [context] : context;
  let originTokens = 0;
  const chunked: string[][] = [];
  for (const text of texts) {
    originTokens += await countText(counter, text, reader.breath);
    chunked.push(await reader.chunksOf(hide(text, reader.placeholders)));
  }
  const compressed =
    texts.length > 1 && settings.useContextLevelFilter
      ? await filterAndCompress(job, chunked, originTokens)
      : await compressAll(job, chunked, rateOf(settings, originTokens));
  const list = compressed.flatMap(({ text }) => text ?? []);
  let compressedTokens = 0;
  for (const text of list) compressedTokens += await countText(counter, text, reader.breath);
  return {
    compressedPrompt: list.join("\n\n"),
    compressedPromptList: list,
    ...referenceReport(originTokens, compressedTokens),
    ...(settings.returnWordLabel && { fnLabeledOriginalPrompt: labelsOf(compressed, settings) }),
  };
}

/** A context that was dropped has no text. */
type Outcome = Omit<Compressed, "text"> & { readonly text?: string };

function rateOf({ rate, targetToken }: ResolvedSettings, tokens: number): number {
  return targetToken > 0 ? Math.min(targetToken / Math.max(tokens, 1), 1) : rate;
}

async function filterAndCompress(
  job: Job,
  chunked: readonly string[][],
  originTokens: number,
): Promise<Outcome[]> {
  const { settings, reader, counter, classifier } = job;
  const words: ReferenceWord[][] = [];
  for (const chunks of chunked) words.push((await reader.read(chunks)).flat());
  const scores = words.map((all) =>
    contextScore(all.map((word) => wordProbability(word.unforced, settings.tokenToWord).value)),
  );
  const rate = contextRate(settings, chunked.length, originTokens);
  const kept = keepContexts(scores, rate, settings.forceContextIds);
  let keptTokens = 0;
  for (const chunk of chunked.filter((_, index) => kept[index]).flat()) {
    keptTokens += await countText(counter, chunk, reader.breath);
  }
  const { targetToken } = settings;
  const tokenRate =
    targetToken >= 0 ? Math.min(targetToken / Math.max(keptTokens, 1), 1) : settings.rate;
  const results = (
    await compressAll(
      job,
      chunked.filter((_, index) => kept[index]),
      tokenRate,
    )
  ).values();
  return words.map((all, index) => {
    const result = kept[index] ? results.next().value : undefined;
    if (result !== undefined) return result;
    const texts = all.map(({ text }) => labelOf(text, classifier.family));
    return { words: texts, labels: texts.map(() => 0 as const) };
  });
}

async function compressAll(
  job: Job,
  chunked: readonly (readonly string[])[],
  rate: number,
): Promise<Compressed[]> {
  const reduceRate = job.settings.useTokenLevelFilter ? Math.max(0, 1 - rate) : 0;
  const results: Compressed[] = [];
  for (const chunks of chunked) {
    const parts = reduceRate <= 0 ? whole(job, chunks) : await compress(job, chunks, reduceRate);
    results.push({
      text: parts.map(({ text }) => text).join(""),
      words: parts.flatMap(({ words }) => words),
      labels: parts.flatMap(({ labels }) => labels),
    });
  }
  return results;
}

function whole({ reader }: Job, chunks: readonly string[]): Compressed[] {
  return chunks.map((chunk) => {
    const text = reveal(chunk, reader.placeholders);
    const words = text.match(PLAIN_WORDS) ?? [];
    return { text, words, labels: words.map(() => 1) };
  });
}

async function compress(
  { classifier, counter, settings, reader }: Job,
  chunks: readonly string[],
  reduceRate: number,
): Promise<Compressed[]> {
  return (await reader.read(chunks)).map((merged) => {
    const words = merged.map(({ text }) => text);
    const kept = decide({
      ...settings,
      words,
      p: merged.map(({ tokens }) => wordProbability(tokens, settings.tokenToWord)),
      weights: words.map((word) => counter.count(word)),
      reduceRate,
    });
    return {
      text: classifier.tokenizer.join(words.filter((_, index) => kept[index] === 1)),
      words: words.map((word) => labelOf(word, classifier.family)),
      labels: Array.from(kept, (label) => (label === 1 ? 1 : 0)),
    };
  });
}

function labelsOf(contexts: readonly Outcome[], { wordSep, labelSep }: ResolvedSettings): string {
  return contexts
    .flatMap(({ words, labels }) => words.map((word, index) => word + labelSep + labels[index]))
    .join(wordSep);
}
