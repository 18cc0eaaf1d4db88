/**
 * Finds `<llmlingua …>` and `</llmlingua>` in a text and reads their attributes. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { placeOf } from "./source.js";
import type { Span } from "./types.js";

/** A tag as it stands in the text. */
export type Tag = Span &
  (
    | { readonly kind: "open"; readonly rate?: number }
    | { readonly kind: "close" }
    /** The backslash before text that would be a tag. */
    | { readonly kind: "escape" }
  );

/** `<llmlingua` alone is text; what follows makes it a tag. */
const TAGS = /(\\?)<(?:llmlingua(?=[\s,>])|\/llmlingua>)/g;
const NAME = /[^\s,>="'<]+/y;
const VALUE = /\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s,>"']+))/y;
const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** All tags in order. */
export function* tagsOf(text: string): Generator<Tag> {
  const tags = new RegExp(TAGS);
  for (let match = tags.exec(text); match; match = tags.exec(text)) {
    const start = match.index;
    const end = start + match[0].length;
    if (match[1] !== "") yield { kind: "escape", start, end: start + 1 };
    else if (match[0].startsWith("</")) yield { kind: "close", start, end };
    else {
      const tag = openTag(text, start, end);
      tags.lastIndex = tag.end;
      yield tag;
    }
  }
}

function openTag(text: string, start: number, attributesStart: number): Tag {
  const given = new Map<string, number | boolean>();
  let at = skipBlank(text, attributesStart);
  while (text[at] !== ">") {
    if (at >= text.length) throw tagError(text, start, "the tag has no closing >");
    const name = matchAt(NAME, text, at)?.[0];
    if (name === undefined) {
      throw tagError(text, at, `expected an attribute or >, found ${JSON.stringify(text[at])}`);
    }
    if (name !== "rate" && name !== "compress") {
      throw tagError(text, at, `${name} is no attribute; there are rate and compress`);
    }
    if (given.has(name)) throw tagError(text, at, `${name} is given twice`);
    const value = matchAt(VALUE, text, at + name.length);
    if (value === null) throw tagError(text, at, `${name} has no value; write ${name}=…`);
    const word = value[1] ?? value[2] ?? value[3];
    given.set(name, name === "rate" ? rateOf(text, at, word) : flagOf(text, at, word));
    const end = at + name.length + value[0].length;
    at = skipBlank(text, end);
    if (at === end && at < text.length && text[at] !== ">") {
      throw tagError(text, at, "attributes are set apart by spaces or commas");
    }
  }
  const rate = given.get("compress") === false ? 1 : given.get("rate");
  const span = { start, end: at + 1 };
  return typeof rate === "number" ? { kind: "open", ...span, rate } : { kind: "open", ...span };
}

function rateOf(text: string, at: number, word: string): number {
  const rate = NUMBER.test(word) ? Number(word) : Number.NaN;
  if (rate > 0 && rate <= 1) return rate;
  throw tagError(text, at, `rate is ${word || "empty"}; give a number above 0, at most 1`);
}

function flagOf(text: string, at: number, word: string): boolean {
  if (word === "true" || word === "True") return true;
  if (word === "false" || word === "False") return false;
  throw tagError(text, at, `compress is ${word || "empty"}; give true or false`);
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s,]/.test(text[at])) at++;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** An `invalid-prompt` error that names the place. */
export function tagError(text: string, at: number, what: string): LlmlinguaError {
  return new LlmlinguaError(
    "invalid-prompt",
    `Cannot read the llmlingua tag at ${placeOf(text, at)}: ${what}. ` +
      "To have it read as text, put a backslash before its <.",
  );
}
