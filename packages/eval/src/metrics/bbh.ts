/**
 * Whether what follows "the answer is" is right, as `bench/target/evaluate.py` reads it. Pure.
 *
 * @module
 */
import { escaped, strip, WORD_CHARACTER } from "./python-text.js";
import type { Scores } from "./scores.js";

/** Python's case folding takes the Turkish İ and ı for an i; JavaScript's does not. */
const SAID = /the answer [iİı]s:?([^\n]*)/giu;
const OPTION = /^\([a-z]\)$/;

/**
 * Scores an answer up to the next question; each score is 0 or 1.
 *
 * - `bbh`: the text after the last "the answer is" is the answer, but for case and a full stop; of an
 *   option such as `(a)` it is enough that the text holds it;
 * - `bbh-any`: or the text holds the answer as whole words (the last line, where nothing is said).
 *
 * @param answers - the first one counts
 */
export function scoreBbh(answer: string, answers: readonly string[]): Scores {
  const text = strip(answer.split(/\nQ:|\n\nQ/)[0]);
  const said = [...text.matchAll(SAID)].at(-1)?.[1];
  const want = cleaned(answers[0] ?? "");
  const got = cleaned(said ?? text.slice(text.lastIndexOf("\n") + 1));
  const right = said !== undefined && (got === want || (OPTION.test(want) && got.includes(want)));
  const words = `(?<!${WORD_CHARACTER})${escaped(want)}(?!${WORD_CHARACTER})`;
  return {
    bbh: right ? 1 : 0,
    "bbh-any": right || new RegExp(words, "u").test(got) ? 1 : 0,
  };
}

function cleaned(text: string): string {
  return strip(strip(text).replace(/\.$/, "")).toLowerCase();
}
