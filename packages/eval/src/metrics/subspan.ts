/**
 * Whether an accepted answer stands in the text, as `bench/target/evaluate.py` reads it. Pure.
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
  return best(answers, (accepted) => (within.includes(normalized(accepted)) ? 1 : 0));
}
