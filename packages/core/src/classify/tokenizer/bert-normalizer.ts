/**
 * BERT's clean-up of a text: control characters out, ideographs apart, accents and case as asked. Pure.
 *
 * As `BertNormalizer` of the Python `tokenizers` does it, character for character.
 *
 * @module
 */
import { MappedBuilder, type MappedText, rewriteCharacters } from "./mapped-text.js";
import { MARK, REMOVED } from "./unicode-tables.js";

/** The normalizer's settings, as in `tokenizer.json`. */
export interface BertNormalizerSettings {
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  /** Absent: accents go when letters are lower-cased. */
  readonly stripAccents?: boolean;
  readonly lowercase: boolean;
}

/** Control characters that count as space. */
const KEPT_CONTROLS = /[\t\n\r]/;
const SPACE = /\p{White_Space}/u;
/** Ideographs as BERT lists them; the block from U+2B820 begins at U+2B920 there. */
const IDEOGRAPH =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;

/** Applies the clean-up in BERT's order. */
export function bertNormalize(input: MappedText, settings: BertNormalizerSettings): MappedText {
  const strips = settings.stripAccents ?? settings.lowercase;
  let output = settings.cleanText ? rewriteCharacters(input, cleaned) : input;
  if (settings.handleChineseChars) output = spaceIdeographs(output);
  if (strips) output = rewriteCharacters(output, withoutAccents);
  return settings.lowercase ? rewriteCharacters(output, lowerCased) : output;
}

function cleaned(character: string): string {
  if (character >= " " && character < "\x7f") return character;
  if (KEPT_CONTROLS.test(character)) return " ";
  if (REMOVED.test(character)) return "";
  return SPACE.test(character) ? " " : character;
}

function spaceIdeographs(input: MappedText): MappedText {
  if (!IDEOGRAPH.test(input.text)) return input;
  const built = new MappedBuilder();
  let at = 0;
  for (const character of input.text) {
    const [start, end] = [input.start[at], input.end[at + character.length - 1]];
    const isIdeograph = IDEOGRAPH.test(character);
    if (isIdeograph) built.add(" ", start, start);
    built.add(character, start, end);
    if (isIdeograph) built.add(" ", end, end);
    at += character.length;
  }
  return built.build();
}

/** Without nonspacing marks, in decomposed form. */
export function withoutAccents(character: string): string {
  return character < "\x80" ? character : character.normalize("NFD").replace(MARK, "");
}

function lowerCased(character: string): string {
  return character.toLowerCase();
}
