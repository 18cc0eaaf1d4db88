/**
 * Class "numbers": every word that holds a digit, with its signs, separators, currency and units. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { chainsOf, type Joins } from "./spans.js";

/** Decimal points, thousands separators, fractions, ratios, products: only between two digits. */
const BETWEEN_DIGITS = /^[.,'’:·٫٬⁄*×÷=^—\u00a0\u2009\u202f]$/;
/** Ranges, compounds, units by units: one side must hold a digit (10-20, COVID-19, 5kg/m²). */
const BESIDE_DIGITS = /^[-‐‑–−+/]$/;
const CURRENCY = /^\p{Sc}$/u;
const DIGIT = /\p{N}/u;
const FIRST_DIGIT = /^\p{N}/u;
const LAST_DIGIT = /\p{N}$/u;

const CODES = "(?:USD|EUR|GBP|JPY|CNY|RMB|CHF|INR|RUB|KRW|BRL|CAD|AUD|MXN|SEK|NOK|DKK|PLN)";
const NO_WORD = "(?<![\\p{L}\\p{N}])";
const THIN = "[ \\u00a0\\u202f]?";
/** What stands before a number and belongs to it: `-`, `≈`, `US$`, `EUR `, `#`, `第`, the dot of `.5`. */
const BEFORE = new RegExp(
  `(?:第|${NO_WORD}${CODES}${THIN})?(?:${NO_WORD}[-+−–±∓~≈<>≤≥#№§])?(?:\\p{Sc}${THIN})?[-+−]?(?:(?<![\\p{L}\\p{N}.])\\.)?$`,
  "u",
);
/** What stands behind: percent, currency, degrees, and the counting words of Chinese, Japanese and Korean. */
const AFTER = new RegExp(
  `^(?:${THIN}(?:[%‰‱％٪]|\\p{Sc}(?![-+−\\p{N}])|${CODES}(?![\\p{L}\\p{N}])|°[CFK]?)|[℃℉′″]|\\+(?![\\p{L}\\p{N}])|[年月日号號时時分秒点點个個人元万萬亿億円圓米克吨度回次名件歳岁週周期章节節页頁倍台本杯]{1,4})*`,
  "u",
);
/** Units looked at on each side. */
const REACH = 16;

/** Every number of `text`, whatever the script of its digits; number words are not among them. */
export function numberSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of chainsOf(text, joinsNumbers(text))) {
    if (!DIGIT.test(text.slice(start, end))) continue;
    const before = BEFORE.exec(text.slice(Math.max(0, start - REACH), start))?.[0] ?? "";
    const after = AFTER.exec(text.slice(end, end + REACH))?.[0] ?? "";
    spans.push({ start: start - before.length, end: end + after.length });
  }
  return spans;
}

function joinsNumbers(text: string): Joins {
  return (gap, left, right) => {
    const startsWithDigit = FIRST_DIGIT.test(text.slice(right.start, right.start + 2));
    if (CURRENCY.test(gap)) return startsWithDigit;
    if (BETWEEN_DIGITS.test(gap)) {
      return startsWithDigit && LAST_DIGIT.test(text.slice(Math.max(0, left.end - 2), left.end));
    }
    if (!BESIDE_DIGITS.test(gap)) return false;
    return [left, right].some(({ start, end }) => DIGIT.test(text.slice(start, end)));
  };
}
