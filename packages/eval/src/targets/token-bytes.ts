/**
 * A token's text as bytes, some of them unknown. Pure.
 *
 * @module
 */

/** Bytes that are known, or `least` … 3 bytes of a character that takes several. */
export type Piece = Uint8Array | { readonly least: 0 | 1 };

/** Most bytes of a character that one replacement character stands for. */
const MOST_UNKNOWN = 3;

const SPACE = 0x20;

/** What a token's text says about its bytes, and whether it is silent about some. */
export function piecesOf(token: string): {
  readonly pieces: readonly Piece[];
  readonly partial: boolean;
} {
  if (token === "") return { pieces: [{ least: 0 }], partial: true };
  if (/^bytes:(?:\\x[0-9a-f]{2})+$/i.test(token)) {
    const bytes = token.slice("bytes:\\x".length).split("\\x");
    return { pieces: [Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16))], partial: false };
  }
  const encoder = new TextEncoder();
  const pieces = token
    .split(/(\ufffd)/)
    .filter((text) => text !== "")
    .map((text): Piece => (text === "\ufffd" ? { least: 1 } : encoder.encode(text)));
  return { pieces, partial: token.includes("\ufffd") };
}

/**
 * Where a token that ends before byte `end` may begin. A token without a space in front may also have
 * swallowed one: SentencePiece tokens are often shown without it.
 */
export function startsOf(
  pieces: readonly Piece[],
  bytes: Uint8Array,
  end: number,
): ReadonlySet<number> {
  let places = new Set([end]);
  for (const piece of pieces.toReversed()) {
    places = new Set([...places].flatMap((place) => startsOfPiece(piece, bytes, place)));
  }
  for (const place of places) {
    const next = bytes[place];
    if (place < end && next !== SPACE && bytes[place - 1] === SPACE) places.add(place - 1);
  }
  return places;
}

function startsOfPiece(piece: Piece, bytes: Uint8Array, end: number): readonly number[] {
  if (piece instanceof Uint8Array) {
    const start = end - piece.length;
    return start >= 0 && piece.every((byte, i) => bytes[start + i] === byte) ? [start] : [];
  }
  const starts = piece.least === 0 ? [end] : [];
  for (let start = end - 1; start >= Math.max(end - MOST_UNKNOWN, 0); start--) {
    if (bytes[start] < 0x80) break;
    starts.push(start);
  }
  return starts;
}
