/**
 * The pre-tokenizers of `tokenizer.json` that the two families use: a text becomes words. Pure.
 *
 * @module
 */
import { isObject, type JsonObject, unsupported } from "./json.js";
import { MappedBuilder, type MappedText, sliceMapped } from "./mapped-text.js";
import { PUNCTUATION } from "./unicode-tables.js";

/** Cuts a normalised text into words; `isFirst` says that the text begins the document. */
export type WordCutter = (input: MappedText, isFirst: boolean) => readonly MappedText[];

const SPACE = /\p{White_Space}+/gu;

/**
 * The cutting a `pre_tokenizer` describes.
 *
 * @throws LlmlinguaError `unknown-tokenizer` for one of another type
 */
export function wordCutterOf(preTokenizer: unknown): WordCutter {
  if (!isObject(preTokenizer)) return (input) => [input];
  switch (preTokenizer.type) {
    case "Sequence": {
      const steps = Array.isArray(preTokenizer.pretokenizers) ? preTokenizer.pretokenizers : [];
      return steps.map(wordCutterOf).reduce(inSequence, (input) => [input]);
    }
    case "BertPreTokenizer":
      return (input) => cut(input, SPACE, false).flatMap((word) => cut(word, PUNCTUATION, true));
    case "WhitespaceSplit":
      return (input) => cut(input, SPACE, false);
    case "Metaspace":
      return metaspaceCutter(preTokenizer);
    default:
      throw unsupported("pre-tokenizer", preTokenizer.type);
  }
}

function inSequence(first: WordCutter, second: WordCutter): WordCutter {
  return (input, isFirst) =>
    first(input, isFirst).flatMap((word, index) => second(word, isFirst && index === 0));
}

/** What lies between the matches of `matcher`, and the matches themselves when `keeps`. */
function cut(input: MappedText, matcher: RegExp, keeps: boolean): MappedText[] {
  const words: MappedText[] = [];
  let at = 0;
  const add = (from: number, to: number) => {
    if (to > from) words.push(sliceMapped(input, from, to));
  };
  for (const { index, 0: match } of input.text.matchAll(matcher)) {
    add(at, index);
    at = index + match.length;
    if (keeps) add(index, at);
  }
  add(at, input.text.length);
  return words;
}

/** Spaces become `▁`, one stands in front of the text, and each begins a word. */
function metaspaceCutter(json: JsonObject): WordCutter {
  const mark = typeof json.replacement === "string" ? json.replacement : "▁";
  const scheme = json.prepend_scheme ?? (json.add_prefix_space === false ? "never" : "always");
  return (input, isFirst) => {
    const isMarked = input.text.startsWith(mark) || input.text.startsWith(" ");
    const needsMark = !isMarked && (scheme === "always" || (scheme === "first" && isFirst));
    const marked = withMarks(input, mark, needsMark);
    return json.split === false ? [marked] : cutBefore(marked, mark);
  };
}

function withMarks(input: MappedText, mark: string, prepends: boolean): MappedText {
  const built = new MappedBuilder();
  if (prepends && input.text !== "") built.add(mark, input.start[0], input.start[0]);
  for (let at = 0; at < input.text.length; at++) {
    // The mark stands for no character: the space is not part of the word, unless one character became both.
    const next = Math.min(input.end[at], input.start[at + 1] ?? input.end[at]);
    if (input.text[at] === " ") built.add(mark, next, next);
    else built.add(input.text[at], input.start[at], input.end[at]);
  }
  return built.build();
}

function cutBefore(input: MappedText, mark: string): MappedText[] {
  const words: MappedText[] = [];
  for (let from = 0; from < input.text.length; ) {
    const next = input.text.indexOf(mark, from + 1);
    const to = next === -1 ? input.text.length : next;
    words.push(sliceMapped(input, from, to));
    from = to;
  }
  return words;
}
