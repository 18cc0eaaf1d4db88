/**
 * Whether an expected answer is a number, so that data is refused where it is read, not scored. Pure.
 *
 * @module
 */

const NUMBER = /^[+-]?(?:\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)(?:e[+-]?\p{Nd}+)?$/iu;

/** With or without thousands separators, in digits of any script: what the metric `gsm8k` takes. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text.replaceAll(",", "").trim());
}
