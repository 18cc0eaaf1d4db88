/**
 * Whether an accepted answer stands in the text, as `bench/target/evaluate.py` reads it, but for
 * accepted answers of articles and punctuation alone (`A`, `The`): nothing of those is left, and that
 * program finds nothing in every text. Pure.
 *
 * "Best subspan exact match" of Liu et al. (2023), "Lost in the Middle", which LongLLMLingua reports.
 *
 * @module
 */
import { strip } from "./python-text.js";
import { best, type Scores } from "./scores.js";
import { normalized } from "./squad.js";

/** `subspan`: an accepted answer is part of the first line; `subspan-any`: of the text. Each 0 or 1. */
export function scoreSubspan(answer: string, answers: readonly string[]): Scores {
  return {
    subspan: holds(strip(answer).split("\n")[0], answers),
    "subspan-any": holds(answer, answers),
  };
}

function holds(text: string, answers: readonly string[]): number {
  const within = normalized(text);
  return best(answers, (accepted) => {
    const want = normalized(accepted);
    return (want === "" ? bare(text) === bare(accepted) : within.includes(want)) ? 1 : 0;
  });
}

/** What tells texts apart that normalise to nothing. */
function bare(text: string): string {
  return strip(text).toLowerCase();
}
