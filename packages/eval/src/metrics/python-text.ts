/**
 * Python's notions of white space, words and digits, which differ from JavaScript's: the rules that
 * answers are scored by were written in Python. Pure.
 *
 * @module
 */

/** What `str.isspace` holds for; JavaScript's `\s` lacks the separators 1c–1f and 85 and adds feff. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;

const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
const END = new RegExp(`${SPACE}+$`, "u");
const SPACES = new RegExp(`${SPACE}+`, "u");

/** Source of a class for `\w`: letters, numbers of any script and `_`, but no combining marks. */
export const WORD_CHARACTER = String.raw`[\p{L}\p{N}_]`;

/** `text.strip()`. */
export function strip(text: string): string {
  return text.replace(ENDS, "");
}

/** `text.rstrip()`. */
export function stripEnd(text: string): string {
  return text.replace(END, "");
}

/** `text.split()`: the words between white space. */
export function splitWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/** `re.escape`, for a regular expression with the flag `u`. */
export function escaped(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/gu, "\\$&");
}

/** Decimal digits of any script as those of ASCII, which `float` does with them. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitOf(digit)));
}

/** Digits come in blocks of ten in order; where blocks touch, all of them are whole. */
function digitOf(digit: string): number {
  let code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(--code))) before += 1;
  return before % 10;
}
