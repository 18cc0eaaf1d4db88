/**
 * Drops whole sentences, as the reference's sentence filter does.
 *
 * Sentences come from `Intl.Segmenter` (English), where the reference uses NLTK's Punkt: the two
 * differ at abbreviations, so this stage is like the reference's, not equal to it.
 *
 * @module
 */
import type { MeteredModel } from "./metered.js";
import { lengthOf, meanLoss, rankTexts, sortByLoss } from "./rank.js";
import type { ConditionMode, KeptContext, RankMethod } from "./types.js";

export interface SentenceFilterInput {
  readonly contexts: readonly KeptContext[];
  readonly question: string;
  readonly mode: ConditionMode;
  readonly rankMethod: RankMethod;
  /** May be fractional; a negative one counts as 100. */
  readonly targetToken: number;
  readonly tokenBudgetRatio: number;
  readonly keepFirstSentence: number;
  readonly keepLastSentence: number;
  readonly keepSentenceNumber: number;
  readonly highPriorityBonus: number;
}

interface Sentence {
  /** Place of its context in the input. */
  readonly owner: number;
  readonly text: string;
  readonly start: number;
}

/**
 * Keeps sentences in order of rank until their lengths exceed the budget; the one that exceeds it
 * stays too. One sentence in all is returned unchanged; an emptied context stays, as "".
 *
 * As in the reference, `keep…` and the bonus count only for rank method "longllmlingua", the bonus
 * makes a sentence come later where the order ascends, and first and last mean the whole list.
 */
export async function filterSentences(
  model: MeteredModel,
  input: SentenceFilterInput,
): Promise<KeptContext[]> {
  const sentences = await sentencesOf(model, input.contexts);
  if (sentences.length <= 1) return [...input.contexts];
  const order = await rankSentences(model, sentences, input);
  let budget = (input.targetToken < 0 ? 100 : input.targetToken) * input.tokenBudgetRatio;
  const kept = new Set<Sentence>();
  for (const index of order) {
    budget -= await lengthOf(model, sentences[index].text);
    kept.add(sentences[index]);
    if (budget < 0) break;
  }
  const left: Sentence[][] = input.contexts.map(() => []);
  for (const sentence of sentences) if (kept.has(sentence)) left[sentence.owner].push(sentence);
  return input.contexts.map((context, owner) => rebuild(context, left[owner]));
}

/** In order of the contexts. */
async function sentencesOf(
  model: MeteredModel,
  contexts: readonly KeptContext[],
): Promise<Sentence[]> {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  const sentences: Sentence[] = [];
  for (const [owner, { text }] of contexts.entries()) {
    for (const { segment, index } of segmenter.segment(text)) {
      await model.pause();
      sentences.push({ owner, text: segment, start: index });
    }
  }
  return sentences;
}

async function rankSentences(
  model: MeteredModel,
  sentences: readonly Sentence[],
  input: SentenceFilterInput,
): Promise<number[]> {
  const { question, mode } = input;
  if (input.rankMethod === "llmlingua") {
    const texts = sentences.map((sentence) => sentence.text);
    return rankTexts(model, texts, question, mode);
  }
  const losses: number[] = [];
  for (const { text } of sentences) losses.push(await meanLoss(model, text, question, mode));
  addBonus(losses, sentences, input);
  return sortByLoss(losses, mode);
}

function addBonus(
  losses: number[],
  sentences: readonly Sentence[],
  input: SentenceFilterInput,
): void {
  const { keepFirstSentence: first, keepLastSentence: last, highPriorityBonus: bonus } = input;
  const add = (index: number) => {
    losses[index] += bonus;
  };
  const all = losses.map((_, index) => index);
  if (first > 0) all.slice(0, first).forEach(add);
  if (last > 0) all.slice(-last).forEach(add);
  if (input.keepSentenceNumber <= 0) return;
  const owned: number[][] = input.contexts.map(() => []);
  for (const index of all) owned[sentences[index].owner].push(index);
  for (const own of owned) {
    const lowest = sortByLoss(
      own.map((index) => losses[index]),
      "after",
    );
    for (const place of lowest.slice(0, input.keepSentenceNumber)) add(own[place]);
  }
}

function rebuild(context: KeptContext, sentences: readonly Sentence[]): KeptContext {
  const base = context.ranges[0]?.start ?? 0;
  return {
    index: context.index,
    text: sentences.map((sentence) => sentence.text).join(""),
    ranges: sentences.map(({ start, text }) => ({
      start: base + start,
      end: base + start + text.length,
    })),
  };
}
