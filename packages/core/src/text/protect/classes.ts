/**
 * The ready-made classes of protected text, by name. Pure.
 *
 * @module
 */
import { codeSpans } from "../markdown.js";
import type { Span } from "../types.js";
import { closingSpans } from "./closing-instruction.js";
import { dateSpans } from "./dates.js";
import { identifierSpans } from "./identifiers.js";
import { negationSpans } from "./negations.js";
import { numberSpans } from "./numbers.js";
import { pathSpans } from "./paths.js";
import { quoteSpans } from "./quotes.js";
import { urlSpans } from "./urls.js";

/** Name of a kind of text that can be protected as a whole. */
export type ProtectClass =
  | "numbers"
  | "identifiers"
  | "dates"
  | "urls"
  | "paths"
  | "code"
  | "negations"
  | "quotes"
  | "closing-instruction";

/** Every class with what it keeps in one line, for help texts and documents. */
export const PROTECT_CLASSES: readonly {
  readonly name: ProtectClass;
  readonly description: string;
}[] = [
  { name: "numbers", description: "numbers with signs, separators, percent, currency and units" },
  {
    name: "identifiers",
    description: "camelCase, snake_case, ids with digits, versions, hashes, @handles, --flags",
  },
  {
    name: "dates",
    description: "dates and times: ISO 8601, 5 March 2024, 5/3/2024, 10:30, 3月5日",
  },
  { name: "urls", description: "web addresses and e-mail addresses" },
  { name: "paths", description: "file names, paths and globs of POSIX and Windows" },
  { name: "code", description: "Markdown code, fenced and inline" },
  {
    name: "negations",
    description: "not, no, never, don't … in en, fr, de, es, it, pt, nl, ru, zh, ja",
  },
  { name: "quotes", description: "quotations of up to 400 characters, with their marks" },
  {
    name: "closing-instruction",
    description: "the last paragraph if it is short (60 words), otherwise the last sentence",
  },
];

const FINDERS: Readonly<Record<ProtectClass, (text: string) => Span[]>> = {
  numbers: numberSpans,
  identifiers: identifierSpans,
  dates: dateSpans,
  urls: urlSpans,
  paths: pathSpans,
  code: codeSpans,
  negations: negationSpans,
  quotes: quoteSpans,
  "closing-instruction": closingSpans,
};

/** Whether `name` is the name of a class. */
export function isProtectClass(name: unknown): name is ProtectClass {
  return typeof name === "string" && Object.hasOwn(FINDERS, name);
}

/** Where text of that class lies; in no order, and spans may overlap. Linear in the text. */
export function classSpans(text: string, name: ProtectClass): Span[] {
  return FINDERS[name](text);
}
