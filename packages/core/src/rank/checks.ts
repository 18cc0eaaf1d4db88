/**
 * A ranker that answers nonsense must not pass for one that was sure.
 *
 * @module
 */
import { LlmlinguaError, untilAborted } from "../errors.js";
import type { Ranker, RankOptions } from "./types.js";

/**
 * Scores `texts` with `ranker` and checks what it answered.
 *
 * @throws LlmlinguaError `ranker-failed`, naming what was expected and found; `aborted`
 */
export async function checkedScores(
  ranker: Ranker,
  query: string,
  texts: readonly string[],
  options: RankOptions = {},
): Promise<Float64Array> {
  const scores = await untilAborted(ranker.score(query, texts, options), options.signal);
  if (!ArrayBuffer.isView(scores) && !Array.isArray(scores)) {
    throw new LlmlinguaError(
      "ranker-failed",
      `The ranker ${ranker.name} answered ${String(scores)}; expected ${texts.length} finite scores.`,
    );
  }
  const wrong = Array.from(scores).findIndex((score) => !Number.isFinite(score));
  if (scores.length === texts.length && wrong === -1) return scores;
  const found = wrong === -1 ? `${scores.length} scores` : `${scores[wrong]} for document ${wrong}`;
  throw new LlmlinguaError(
    "ranker-failed",
    `The ranker ${ranker.name} answered ${found}; expected ${texts.length} finite scores.`,
  );
}
