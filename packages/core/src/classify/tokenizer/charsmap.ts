/**
 * SentencePiece's precompiled character map: a double-array trie over UTF-8 and the texts to put instead. Pure.
 *
 * Read as the Python `tokenizers` read it: the *shortest* entry that begins a string decides.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";

/** What stands in place of a string, or undefined when it stays. */
export type Charsmap = (text: string) => string | undefined;

/**
 * Reads a `precompiled_charsmap` (base64).
 *
 * @throws LlmlinguaError `damaged-model`
 */
export function readCharsmap(base64: string): Charsmap {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  const trieBytes = bytes.length < 4 ? Number.NaN : view.getUint32(0, true);
  if (!(trieBytes % 4 === 0 && trieBytes + 4 <= bytes.length)) {
    throw damaged(`its trie has ${trieBytes} bytes, the map ${bytes.length}`);
  }
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, index) =>
    view.getUint32(4 + index * 4, true),
  );
  const texts = bytes.subarray(4 + trieBytes);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const textAt = (start: number) => decoder.decode(texts.subarray(start, texts.indexOf(0, start)));
  return (text) => {
    const value = shortestPrefix(units, encoder.encode(text));
    return value === undefined ? undefined : textAt(value);
  };
}

/** The value of the shortest key of the trie (Darts-clone layout) that `bytes` begins with. */
function shortestPrefix(units: Uint32Array, bytes: Uint8Array): number | undefined {
  let at = offsetOf(units[0]);
  for (const byte of bytes) {
    if (byte === 0) return undefined;
    at ^= byte;
    const unit = units[at];
    if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
    at ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) return units[at] & 0x7fffffff;
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw damaged("it is not base64", cause);
  }
}

function damaged(what: string, cause?: unknown): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `The tokenizer's precompiled_charsmap cannot be read: ${what}. Fetch the tokenizer.json again.`,
    { cause },
  );
}
