/**
 * Class "dates": dates and times as machines and people write them. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { matchesOf } from "./spans.js";

const MONTH =
  "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b\\.?";
const WEEKDAY = "(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\\b\\.?";
const DAY = "\\d{1,2}(?:st|nd|rd|th)?\\b";
const YEAR = "(?:\\d{4}|['’]\\d{2})\\b";
const ZONE =
  "(?: ?(?:Z|UTC|GMT|[ECMP][SD]T|CES?T|BST|IST|JST)\\b| ?(?:UTC|GMT)?[+−-]\\d{2}:?\\d{2}\\b)";
const CLOCK = `\\d{1,2}[:h]\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?: ?[ap]\\.?m\\b\\.?)?${ZONE}?`;
const HAN = "[〇零一二三四五六七八九十廿卅]";
const COUNT = `(?:\\p{Nd}{1,4}|${HAN}{1,4})`;

/** All bounded, and none may start or end inside a number. */
const FORMS: readonly string[] = [
  `\\d{4}-(?:\\d{2}(?:-\\d{2})?|W\\d{2}(?:-\\d)?)(?:[T ]${CLOCK}|T\\d{2,6}Z?)?`,
  "\\d{4}[/.]\\d{1,2}[/.]\\d{1,2}",
  "\\d{8}T\\d{4,6}Z?",
  "\\d{1,2}([/.-])\\d{1,2}\\1(?:\\d{4}|\\d{2})",
  CLOCK,
  "\\d{1,2} ?[ap]\\.?m\\b\\.?",
  `(?:${WEEKDAY},? )?${MONTH} ${DAY}(?:(?:,| of)? ${YEAR})?`,
  `(?:${WEEKDAY},? )?(?:the )?${DAY}(?:[ -]|(?: of )?)${MONTH}(?:[, -]{1,2}${YEAR})?`,
  `${MONTH},? ${YEAR}`,
  "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\\b",
  `(?:明治|大正|昭和|平成|令和)?${COUNT}[年년](?:\\s?${COUNT}[月월](?:\\s?${COUNT}[日号號일])?)?`,
  `${COUNT}[月월]\\s?${COUNT}[日号號일]`,
  `(?:[上下]午|午[前后後]|오[전후]\\s?)?${COUNT}[時时点點시](?:\\s?(?:${COUNT}[分분](?:\\s?${COUNT}[秒초])?|半))?`,
];
const PATTERNS = FORMS.map(
  (form) => new RegExp(`(?<![\\p{Nd}\\p{Script=Latin}])(?:${form})(?!(?<=\\p{Nd})\\p{Nd})`, "gu"),
);

/**
 * ISO 8601 with times and zones, `5/3/2024`, `March 5th, 2024`, `5 March`, `Mar 2024`, weekdays,
 * `10:30 pm`, and 年月日, 년월일. A year alone is a number, not a date; month names are English.
 */
export function dateSpans(text: string): Span[] {
  return PATTERNS.flatMap((pattern) => matchesOf(text, pattern));
}
