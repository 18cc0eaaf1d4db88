/**
 * Whether a text holds an answer, by the rule of best-subspan exact match. Pure.
 *
 * @module
 */

/** Whether one of the answers is in the text, both without case, ASCII punctuation and articles. */
export function survives(text: string, answers: readonly string[]): boolean {
  const own = normalised(text);
  return answers.map(normalised).some((answer) => answer !== "" && own.includes(answer));
}

function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(/\b(a|an|the)\b/g, " ")
    .trim()
    .replace(/\s+/g, " ");
}
