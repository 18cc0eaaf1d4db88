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
  const asked = (async () => ranker.score(query, texts, options))();
  const answer = asked.catch((cause: unknown) => {
    throw cause instanceof LlmlinguaError ? cause : failed(ranker, cause);
  });
  const scores = await untilAborted(answer, options.signal);
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

function failed({ name }: Ranker, cause: unknown): LlmlinguaError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LlmlinguaError("ranker-failed", `The ranker ${name} failed: ${reason}`, { cause });
}
