/**
 * Byte-level BPE: how GPT-2 writes bytes as visible characters, and where its tokens lie in a text.
 *
 * GPT-2 (Radford et al., 2019), `bytes_to_unicode`. Pure.
 *
 * @module
 */

/** The character GPT-2 writes for each byte, length 256. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  BYTE_CHARACTERS.map((character, byte) => [character, byte]),
);

function byteCharacters(): string[] {
  const visible = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(visible(byte) ? byte : next++),
  );
}

/** The bytes a byte-level token stands for, or undefined when it has a character outside the table. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = BYTE_OF_CHARACTER.get(token[index]);
    if (byte === undefined) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

/** Bytes of a character in UTF-8; a lone surrogate counts as U+FFFD, 3 bytes, as `TextEncoder` writes it. */
function utf8LengthOfPoint(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/**
 * UTF-16 offset where each token starts, from the tokens' lengths in UTF-8 bytes.
 *
 * A boundary inside a character moves back to the start of that character.
 *
 * @param byteLengths - bytes of each token, length n, in text order
 * @returns length n + 1, the last is `text.length`; undefined when the bytes are not those of `text`
 */
export function offsetsOfTokens(
  text: string,
  byteLengths: ArrayLike<number>,
): Uint32Array | undefined {
  const offsets = new Uint32Array(byteLengths.length + 1);
  let index = 0;
  let bytesBeforeIndex = 0;
  let boundary = 0;
  for (let token = 0; token < byteLengths.length; token++) {
    offsets[token] = index;
    boundary += byteLengths[token];
    while (index < text.length) {
      const point = text.codePointAt(index) as number;
      const bytes = utf8LengthOfPoint(point);
      if (bytesBeforeIndex + bytes > boundary) break;
      bytesBeforeIndex += bytes;
      index += point > 0xffff ? 2 : 1;
    }
  }
  if (index !== text.length || bytesBeforeIndex !== boundary) return undefined;
  offsets[byteLengths.length] = index;
  return offsets;
}
