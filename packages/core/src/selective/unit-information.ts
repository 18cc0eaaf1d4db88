/**
 * Self-information of units from that of tokens, by exact offsets. Pure.
 *
 * Li et al., 2023, Eq. 3; Selective-Context 0.1.4, `_unit_info`, which counts characters of decoded
 * tokens and loses its place at characters spread over several tokens.
 *
 * @module
 */
import type { PhraseScore } from "./types.js";

/** A sentence's tokens with their self-information. */
export interface InformedTokens {
  readonly text: string;
  /** UTF-16 offset where each token starts, length n + 1. */
  readonly offsets: Uint32Array;
  /** −ln p in nats, length n. */
  readonly information: Float32Array;
}

export interface UnitInformationOptions {
  readonly phraseScore: PhraseScore;
  /** Leaves out tokens that are one space and end no unit, as the original does for phrases. */
  readonly skipSpaces: boolean;
}

/**
 * Score of each unit, length m. A token that reaches over the ends of k units gives each of those
 * units I/k and the unit it stops in nothing; any other gives the unit it lies in all of its I.
 *
 * @param ends - where units end in the text, ascending, the last at its end
 */
export function unitInformation(
  { text, offsets, information }: InformedTokens,
  ends: ArrayLike<number>,
  { phraseScore, skipSpaces }: UnitInformationOptions,
): Float64Array {
  const sums = new Float64Array(ends.length);
  const counts = new Uint32Array(ends.length);
  let unit = 0;
  for (let token = 0; token < information.length; token++) {
    const from = offsets[token];
    const to = offsets[token + 1];
    let next = unit;
    while (next < ends.length && ends[next] <= to) next++;
    if (next === unit && skipSpaces && to - from === 1 && text[from] === " ") continue;
    const first = Math.min(unit, ends.length - 1);
    const units = Math.max(1, next - unit);
    for (let u = first; u < first + units; u++) {
      sums[u] += information[token] / units;
      counts[u]++;
    }
    unit = next;
  }
  if (phraseScore === "sum") return sums;
  return sums.map((sum, u) => (counts[u] === 0 ? Number.NaN : sum / counts[u]));
}
