/**
 * What a metric gives: scores by name.
 *
 * @module
 */

/** By name, each 0 (wrong) … 1 (right); a metric may give several, such as `gsm8k` and `gsm8k-any`. */
export type Scores = Readonly<Record<string, number>>;

/** An answer and what it is compared with. */
export interface AnswerPair {
  readonly answer: string;
  /** Accepted answers or reference texts. */
  readonly answers: readonly string[];
}

/** A metric of one answer that needs no model. */
export type Rule = (answer: string, answers: readonly string[]) => Scores;

/** The best of several references, 0 where there are none. */
export function best(answers: readonly string[], score: (reference: string) => number): number {
  return answers.reduce((most, reference) => Math.max(most, score(reference)), 0);
}
