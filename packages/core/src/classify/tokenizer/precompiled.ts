/**
 * SentencePiece's normalisation (nmt_nfkc) with the way back to the source. Pure.
 *
 * As `Precompiled` of the Python `tokenizers`: a grapheme shorter than six bytes is looked up whole,
 * everything else character by character.
 *
 * @module
 */
import { segmentsOf } from "../../text/segments.js";
import type { Charsmap } from "./charsmap.js";
import { MappedBuilder, type MappedText, type Rewrite } from "./mapped-text.js";

/** Longest grapheme that is looked up whole, in UTF-8 bytes. */
const WHOLE_BYTES = 5;
/** Nothing in it is rewritten or joined to its neighbours. */
const PLAIN = /^[ -~]*$/;

/** The rewriting of a charsmap. */
export function precompiledRewrite(charsmap: Charsmap): Rewrite {
  const known = new Map<string, string | undefined>();
  const lookUp = (text: string) => {
    if (!known.has(text)) {
      if (known.size > 4096) known.clear();
      known.set(text, charsmap(text));
    }
    return known.get(text);
  };
  return (input) => (PLAIN.test(input.text) ? input : rewrite(input, lookUp));
}

function rewrite(input: MappedText, lookUp: Charsmap): MappedText {
  const built = new MappedBuilder();
  for (const { start, text } of segmentsOf(input.text, "grapheme")) {
    const last = start + text.length - 1;
    const whole = utf8Length(text) <= WHOLE_BYTES ? lookUp(text) : undefined;
    if (whole !== undefined) built.add(whole, input.start[start], input.end[last]);
    else addCharacters(built, input, start, text, lookUp);
  }
  return built.build();
}

function addCharacters(
  built: MappedBuilder,
  input: MappedText,
  from: number,
  grapheme: string,
  lookUp: Charsmap,
): void {
  let at = from;
  for (const character of grapheme) {
    const last = at + character.length - 1;
    built.add(lookUp(character) ?? character, input.start[at], input.end[last]);
    at = last + 1;
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
