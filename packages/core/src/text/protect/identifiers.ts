/**
 * Class "identifiers": names that machines read, where one wrong character is a different thing. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { emailSpans } from "./emails.js";
import { chainsOf, type Joins } from "./spans.js";

const HEX = /^[\da-f]{1,4}$/i;
const JOINERS = ["-", ".", "::", "@"];

/** What is in front and makes a name of any word: @handle, $HOME, --flag; `#` only of one with a digit. */
const SIGIL = /(?<![\p{L}\p{N}@$-])(?:@|\$|--)$/u;
const NUMBER_SIGN = /(?<![\p{L}\p{N}#])#$/u;
const NAME_START = /^[\p{L}_]/u;
/** The second half of an npm scope, as in `@scope/name`. */
const SCOPED = /\/[\w.-]{1,214}/y;

const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;
/** One of these in a word, or in words tied by `-`, `.`, `::`, `@`, makes it an identifier. */
const MARKS_OF_A_NAME: readonly RegExp[] = [
  /\p{Ll}\p{Lu}/u, // camelCase, PascalCase
  /[\p{L}\p{N}]_+[\p{L}\p{N}]/u, // snake_case
  /^__[\p{L}\p{N}]+__$/u, // __init__
  /::|@/, // std::vector, git@host
  /^\p{N}{5,}$/u, // 4502331
  /^\p{N}+(?:[-.]\p{N}+){2,}$/u, // 1.2.3, 555-01-23
  /^[a-f]{8,}$/i, // deadbeef
  /^[\da-f]+(?::[\da-f]+){2,}$/i, // 00:1b:44
];
const DOTTED = /\p{L}\.\p{Ll}|\.\p{Lu}(?!\p{Ll})|(?:^|[.-])\p{Lu}[\p{L}\p{N}_]*\.\p{Lu}/u;
/** i.e, U.S: letters with dots are an abbreviation. */
const ABBREVIATION = /^(?:\p{L}\.)+\p{L}$/u;

/**
 * camelCase, snake_case, dotted.names, UUIDs, hashes, plate numbers, order and ticket ids, versions,
 * hex, @handles, --flags, $VARIABLES, `calls()`, e-mail addresses; any word that mixes letters and
 * digits. A hyphenated word without a digit is none.
 */
export function identifierSpans(text: string): Span[] {
  const spans = emailSpans(text);
  for (const { start, end } of chainsOf(text, joinsNames(text))) {
    const name = text.slice(start, end);
    const before = text.slice(Math.max(0, start - 3), start);
    const sigil = NAME_START.test(name) ? SIGIL.exec(before)?.[0] : undefined;
    const isCall = text.startsWith("()", end) && NAME_START.test(name);
    if (sigil === undefined && !isCall && !isIdentifier(name)) continue;
    const lead = sigil ?? NUMBER_SIGN.exec(before)?.[0] ?? "";
    spans.push({ start: start - lead.length, end: isCall ? end + 2 : scopeEnd(text, end, lead) });
  }
  return spans;
}

function isIdentifier(name: string): boolean {
  if (DIGIT.test(name) && LETTER.test(name)) return true;
  if (MARKS_OF_A_NAME.some((mark) => mark.test(name))) return true;
  return DOTTED.test(name) && !ABBREVIATION.test(name);
}

function scopeEnd(text: string, end: number, lead: string): number {
  if (lead !== "@") return end;
  SCOPED.lastIndex = end;
  return end + (SCOPED.exec(text)?.[0].length ?? 0);
}

function joinsNames(text: string): Joins {
  return (gap, left, right) => {
    if (gap !== ":") return JOINERS.includes(gap);
    return [left, right].every(({ start, end }) => HEX.test(text.slice(start, end)));
  };
}
