/**
 * Characters that a byte-level vocabulary cannot spell.
 *
 * A vocabulary trained without some byte (SmolLM2 lacks six control characters and the unassigned
 * planes 4–11) would lose such a character without a word. It is read as a replacement character
 * of the same UTF-16 length instead, so that offsets hold. Pure.
 *
 * @module
 */
import { BYTE_CHARACTERS } from "./byte-level.js";

/** Stand-ins of one and of two UTF-16 units. */
const REPLACEMENT = "\u{FFFD}";
const LONG_REPLACEMENT = "\u{FFFFD}";

/** Makes the function that replaces what the vocabulary cannot spell; length in UTF-16 is kept. */
export function replacerOfMissingBytes(vocabulary: {
  has(token: string): boolean;
}): (text: string) => string {
  const ranges = BYTE_CHARACTERS.flatMap((character, byte) =>
    vocabulary.has(character) ? [] : rangeOfFirstByte(byte),
  );
  if (ranges.length === 0) return (text) => text;
  const missing = new RegExp(`[${ranges.join("")}]`, "gu");
  return (text) =>
    text.replace(missing, (found) => (found.length === 1 ? REPLACEMENT : LONG_REPLACEMENT));
}

/** The characters whose UTF-8 begins with `byte`, as a range of a RegExp class. */
function rangeOfFirstByte(byte: number): string[] {
  if (byte < 0x80) return [range(byte, byte)];
  if (byte >= 0xc2 && byte < 0xe0) return [range((byte & 0x1f) << 6, 0x3f)];
  if (byte >= 0xe0 && byte < 0xf0) return [range((byte & 0x0f) << 12, 0xfff)];
  if (byte >= 0xf0 && byte < 0xf5) return [range((byte & 0x07) << 18, 0x3ffff)];
  return [];
}

function range(first: number, span: number): string {
  const last = first < 0x80 ? first : Math.min(first + span, 0x10ffff);
  return `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`;
}
