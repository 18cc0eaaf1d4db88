/**
 * Texts in order of use, as the reference's rank methods "llmlingua" and "longllmlingua" sort them.
 *
 * LLMLingua §4.1 (by perplexity) and LongLLMLingua §4.1 (by the question's perplexity).
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { concat } from "./arrays.js";
import type { MeteredModel } from "./metered.js";
import type { ConditionMode, RankMethod } from "./types.js";

const RANK_METHODS: readonly RankMethod[] = ["llmlingua", "longllmlingua"];

/** LongLLMLingua's restrictive sentence, put behind the question when texts are ranked. */
const RESTRICTION = " We can get the answer to this question in the given documents.";

/** @throws LlmlinguaError `invalid-option` for a method that needs more than the scorer. */
export function assertRankMethod(method: string): asserts method is RankMethod {
  if (!RANK_METHODS.some((known) => known === method)) {
    throw new LlmlinguaError(
      "invalid-option",
      `Cannot rank by "${method}": supported here are ${RANK_METHODS.map((name) => `"${name}"`).join(" and ")}.`,
    );
  }
}

/** Tokens of a text with the start tokens the reference's tokenizer adds. */
export async function lengthOf(model: MeteredModel, text: string): Promise<number> {
  const { ids } = await model.encode(text);
  return (model.startTokens?.length ?? 0) + ids.length;
}

/**
 * Mean loss of a text alone (`none`), of a text behind the question (`before`), or of the question
 * behind a text (`after`); NaN when there is no token to average over. What lies beyond the model's
 * positions is not read.
 */
export async function meanLoss(
  model: MeteredModel,
  text: string,
  question: string,
  mode: ConditionMode,
): Promise<number> {
  const whole = { none: text, before: question + text, after: text + question }[mode];
  const front = { none: undefined, before: question, after: text }[mode];
  const { ids } = await model.encode(whole);
  const start = Uint32Array.from(model.startTokens ?? []);
  const fresh = concat([start, ids.subarray(0, model.maxPositions)]).slice(0, model.maxPositions);
  if (fresh.length < 2) return Number.NaN;
  const losses = await model.losses({ cache: new Uint32Array(0), fresh, stream: "full" });
  const counted = front === undefined ? losses : losses.slice((await lengthOf(model, front)) - 1);
  return counted.reduce((sum, loss) => sum + loss, 0) / counted.length;
}

/** Indexes of `values`, descending for mode `none`, else ascending; ties by position, NaN last. */
export function sortByLoss(values: readonly number[], mode: ConditionMode): number[] {
  const sign = mode === "none" ? -1 : 1;
  const key = (index: number) => (Number.isNaN(values[index]) ? Infinity : sign * values[index]);
  return values
    .map((_, index) => index)
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
}

/** Indexes of `texts`, best first. */
export async function rankTexts(
  model: MeteredModel,
  texts: readonly string[],
  question: string,
  mode: ConditionMode,
): Promise<number[]> {
  const scores: number[] = [];
  for (const text of texts) scores.push(await meanLoss(model, text, question + RESTRICTION, mode));
  return sortByLoss(scores, mode);
}
