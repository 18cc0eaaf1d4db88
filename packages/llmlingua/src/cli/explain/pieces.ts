/**
 * The original text cut wherever something changes: token, kept or dropped, part. Pure.
 *
 * @module
 */
import type { CompressedPrompt, Span } from "../../index.js";

/** A stretch of the original within one token, one part and one side of the decision. */
export interface Piece extends Span {
  readonly kept: boolean;
  /** −ln p in nats of the token it lies in; NaN when that was not scored. */
  readonly surprisal: number;
}

/** Pieces in order, covering all of `original` once. */
export function piecesOf({ original, tokens, parts, ...result }: CompressedPrompt): Piece[] {
  // Contexts may have been put in another order.
  const spans = [...result.spans].sort(([a], [b]) => a - b);
  const ends = parts.flatMap(({ start, end }) => [start, end]);
  const cuts = new Set([0, ...tokens.offsets, ...spans.flat(), ...ends, original.length]);
  const sorted = [...cuts].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  const surprisalAt = surprisalReader(tokens.offsets, tokens.surprisals);
  let span = 0;
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [start, end] = [sorted[i], sorted[i + 1]];
    while (span < spans.length && spans[span][1] <= start) span++;
    const kept = span < spans.length && spans[span][0] <= start;
    pieces.push({ start, end, kept, surprisal: surprisalAt(start) });
  }
  return pieces;
}

/** Parts as they stand in the original: a result lists them in its own order. */
export function inPlace(parts: CompressedPrompt["parts"]): CompressedPrompt["parts"] {
  return [...parts].sort((a, b) => a.start - b.start);
}

/** Reads the kept and dropped stretches of spans that are asked for in order: tokens are not told apart. */
export function runReader(pieces: readonly Piece[]): (span: Span) => Piece[] {
  let next = 0;
  return ({ start, end }) => {
    const runs: Piece[] = [];
    while (next < pieces.length && pieces[next].start < start) next++;
    for (; next < pieces.length && pieces[next].end <= end; next++) {
      const piece = pieces[next];
      const last = runs.at(-1);
      if (last && last.kept === piece.kept) runs[runs.length - 1] = { ...last, end: piece.end };
      else runs.push({ ...piece, surprisal: Number.NaN });
    }
    return runs;
  };
}

/**
 * Surprisal at growing offsets. A character spread over several tokens belongs to the last of
 * them; the empty ones before it add theirs to it.
 */
function surprisalReader(offsets: Uint32Array, surprisals: Float32Array) {
  let token = 0;
  let sum = surprisals[0] ?? Number.NaN;
  return (at: number): number => {
    while (token + 1 < surprisals.length && offsets[token + 1] <= at) {
      const empty = offsets[token] === offsets[token + 1];
      token++;
      sum = surprisals[token] + (empty && !Number.isNaN(sum) ? sum : 0);
    }
    return sum;
  };
}
