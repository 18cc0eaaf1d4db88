/**
 * In which order the budget controller visits contexts.
 *
 * @module
 */
import { bestFirst } from "../rank/order.js";
import { descending } from "../select/coarse.js";
import { randomAt } from "../select/unit-scores.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import { type Draft, indexesIn, type Job, meanSurprisal, scoreTokens } from "./job.js";

/** The order by relevance, best first, where contexts were ranked for a question. */
export function orderByRelevance(
  { relevance, tokens }: Pick<Draft, "relevance" | "tokens">,
  contexts: readonly PartTokens[],
): number[] | undefined {
  if (relevance === undefined) return undefined;
  const all = tokens.parts.filter(({ part }) => part.kind === "context");
  const place = new Map(all.map((context, i) => [context, i]));
  return bestFirst(contexts.map((context) => relevance.scores[place.get(context) ?? 0]));
}

/**
 * Places in `contexts`, the one to keep first in front.
 *
 * @param usual - what rank "auto" stands for
 */
export async function visitOrder(
  job: Job,
  contexts: readonly PartTokens[],
  usual: "shortest" | "perplexity",
): Promise<number[]> {
  const { seed } = job.settings;
  const byQuestion = orderByRelevance(job, contexts);
  if (byQuestion !== undefined) return byQuestion;
  const rank = job.settings.rank === "auto" ? usual : job.settings.rank;
  if (rank === "original") return contexts.map((_, i) => i);
  if (rank === "recent") return contexts.map((_, i) => contexts.length - 1 - i);
  if (rank === "shortest") return descending(contexts.map(({ from, to }) => from - to));
  if (rank === "random") return descending(contexts.map((_, i) => randomAt(seed, i)));
  await scoreAlone(job, contexts);
  return descending(contexts.map((context) => meanSurprisal(job.surprisals, context)));
}

/** Scores each part by itself, unless it has been. */
export async function scoreAlone(
  job: Job,
  parts: readonly Pick<PartTokens, "from" | "to">[],
): Promise<void> {
  const unscored = parts.filter(({ from, to }) => to > from && Number.isNaN(job.surprisals[from]));
  const tokens = unscored.reduce((sum, { from, to }) => sum + to - from, 0);
  job.meter.expect("coarse", job.meter.scored + tokens);
  for (const { from, to } of unscored) {
    await scoreTokens(job, "coarse", indexesIn(from, to), { alone: true });
  }
}
