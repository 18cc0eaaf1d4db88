/**
 * Metrics: an answer and what was expected in, scores out.
 *
 * @module
 */
import type { MetricName } from "../tasks/types.js";
import { scoreBbh } from "./bbh.js";
import { scoreBleu } from "./bleu.js";
import { scoreGsm8k } from "./gsm8k.js";
import { scoreRouge } from "./rouge.js";
import type { Rule, Scores } from "./scores.js";
import { scoreExact, scoreF1 } from "./squad.js";
import { scoreSubspan } from "./subspan.js";

export { type BertScorer, loadBertScorer } from "./bertscore.js";
export { corpusBleu } from "./bleu.js";
export type { AnswerPair, Scores } from "./scores.js";
export { METRICS, type MetricInfo } from "./table.js";

/** Metrics that need no model; for `bertscore` see {@link loadBertScorer}. */
export type RuleName = Exclude<MetricName, "bertscore">;

const RULES: Readonly<Record<RuleName, Rule>> = {
  gsm8k: scoreGsm8k,
  bbh: scoreBbh,
  subspan: scoreSubspan,
  exact: scoreExact,
  f1: scoreF1,
  rouge: scoreRouge,
  bleu: scoreBleu,
};

/**
 * Scores one answer.
 *
 * @param answers - accepted answers or reference texts; `gsm8k` and `bbh` take the first
 * @returns by name, each 0 … 1; the names are those of {@link METRICS}
 * @throws EvaluationError `data-layout` when `gsm8k` has no number to compare with
 */
export function score(metric: RuleName, answer: string, answers: readonly string[]): Scores {
  return RULES[metric](answer, answers);
}
