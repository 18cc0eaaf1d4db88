/**
 * Whether the number that an answer arrives at is right, as `bench/target/evaluate.py` reads it. Pure.
 *
 * @module
 */
import { EvaluationError } from "../errors.js";
import { asciiDigits, WORD_CHARACTER } from "./python-text.js";
import type { Scores } from "./scores.js";

const NUMBER = /-?\p{Nd}[\p{Nd},]*(?:\.\p{Nd}+)?|-?\.\p{Nd}+/gu;
const ANSWER_LINE = /answer is[^\n]*/u;
const TO_ANSWER_LINE = /^[\s\S]*?answer is[^\n]*/u;
const BOX = new RegExp(String.raw`\\boxed\{([^\n]*?)\}(?!${WORD_CHARACTER})`, "u");
const GOLD = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const TOLERANCE = 1e-4;

/**
 * Scores an answer up to the next `Question`; each score is 0 or 1.
 *
 * - `gsm8k`: the last number up to the end of the first line with "answer is", else of the text;
 * - `gsm8k-any`: the last number of that line or of `\boxed{…}`, whichever comes first, else before
 *   the first code block;
 * - `gsm8k-last`: the last number of the text.
 *
 * @param answers - the first one counts, a number with or without thousands separators
 * @throws EvaluationError `data-layout` when it is not a number
 */
export function scoreGsm8k(answer: string, answers: readonly string[]): Scores {
  const gold = goldOf(answers);
  const text = answer.split("\nQuestion")[0];
  const right = (value: number | undefined) =>
    value !== undefined && Math.abs(value - gold) < TOLERANCE ? 1 : 0;
  return {
    gsm8k: right(lastNumber(TO_ANSWER_LINE.exec(text)?.[0] ?? text)),
    "gsm8k-any": right(statedNumber(text)),
    "gsm8k-last": right(lastNumber(text)),
  };
}

function goldOf(answers: readonly string[]): number {
  const gold = asciiDigits(answers[0] ?? "").replaceAll(",", "");
  if (GOLD.test(gold.trim())) return Number(gold);
  throw new EvaluationError(
    "data-layout",
    `The answer of an item is ${JSON.stringify(answers[0] ?? null)}; the metric gsm8k expects a number. Correct the item or choose another metric.`,
  );
}

function lastNumber(text: string): number | undefined {
  const last = text.match(NUMBER)?.at(-1);
  return last === undefined ? undefined : Number(asciiDigits(last).replaceAll(",", ""));
}

function statedNumber(text: string): number | undefined {
  const line = ANSWER_LINE.exec(text);
  const box = BOX.exec(text);
  const first = line !== null && (box === null || line.index < box.index) ? line[0] : box?.[1];
  const stated = first ?? text.split("```")[0];
  return lastNumber(stated.replaceAll("\\!", "").replaceAll("{,}", ","));
}
