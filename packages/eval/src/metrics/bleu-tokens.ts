/**
 * The tokenizer `13a` of sacrebleu, which repeats that of `mteval-v13a.pl`. Pure.
 *
 * @module
 */
import { splitWords, stripEnd } from "./python-text.js";

const ENTITIES = [
  ["&quot;", '"'],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
] as const;

const PARTED: readonly (readonly [RegExp, string])[] = [
  // Punctuation of ASCII but for ' , - .
  [/([{-~[-` -&(-+:-@/])/gu, " $1 "],
  // A full stop or comma that does not follow a digit, then one that does not precede a digit.
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  // A dash behind a digit.
  [/([0-9])(-)/gu, "$1 $2 "],
];

/** Words, numbers and punctuation marks of a text, case kept. */
export function bleuTokens(text: string): string[] {
  let line = stripEnd(text).replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  for (const [entity, character] of ENTITIES) line = line.replaceAll(entity, character);
  line = ` ${line} `;
  for (const [pattern, parts] of PARTED) line = line.replace(pattern, parts);
  return splitWords(line);
}
