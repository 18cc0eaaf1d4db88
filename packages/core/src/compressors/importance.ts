/**
 * All that may be dropped, from the dearest to the least: the order in which the size is fitted.
 *
 * @module
 */

import { isCharacterEdge } from "../text/segments.js";
import type { CoarseResult } from "./coarse.js";
import type { Job } from "./job.js";
import { addUnits, type Cutter, type LiveUnits } from "./live-units.js";
import { TIER } from "./tiers.js";

/** Token ranges `start` … `end − 1`, dearest first. */
export interface Atoms {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The first so many were kept by the token stage. */
  readonly kept: number;
}

/**
 * Orders atoms: structure (closing lines first, of the contexts chosen first), then units by how
 * far they lie above their segment's threshold, then sentences and contexts that were dropped
 * whole, next best first. Units coarser than words are taken apart into words, so that the last
 * one may be kept in part. Ties by position.
 */
export async function byImportance(
  job: Job,
  cut: Cutter,
  units: LiveUnits,
  margins: Float32Array,
  coarse: CoarseResult,
): Promise<Atoms> {
  const ranks = ranksOf(job, coarse, units);
  const order = Array.from(units.start.keys()).sort(
    (a, b) =>
      units.tier[b] - units.tier[a] || ranks[a] - ranks[b] || margins[b] - margins[a] || a - b,
  );
  const small: LiveUnits = { start: [], end: [], kind: [], tier: [] };
  const take = await taker(job, cut, small);
  let kept = 0;
  for (const u of order) {
    await job.breath.pause();
    take(units.start[u], units.end[u]);
    if (units.tier[u] > TIER.ordinary || margins[u] > 0) kept = small.start.length;
  }
  for (const { from, to } of coarse.dropped) {
    await job.breath.pause();
    take(from, to);
  }
  takeEnds(job, small);
  return { start: Uint32Array.from(small.start), end: Uint32Array.from(small.end), kept };
}

/** Structure of contexts chosen earlier goes first; ordinary units are compared by margin alone. */
function ranksOf(job: Job, coarse: CoarseResult, units: LiveUnits): Uint32Array {
  const { parts } = job.tokens;
  let p = 0;
  return Uint32Array.from(units.start, (start, u) => {
    while (start >= parts[p].to) p++;
    const { kind, index } = parts[p].part;
    return units.tier[u] === TIER.ordinary || kind !== "context" ? 0 : coarse.rank[index];
  });
}

/** Adds the words (or, for unit "token", the tokens) of a range to `atoms`. */
async function taker(job: Job, cut: Cutter, atoms: LiveUnits) {
  const unit = job.settings.unit === "token" ? "token" : "word";
  const boundary = await cut(unit);
  const graphemes = unit === "word" ? await cut("token") : undefined;
  const all = new Uint8Array(job.tokens.ids.length).fill(1);
  return (from: number, to: number) =>
    addUnits(job, atoms, { from, to, kind: "context" }, all, boundary, graphemes);
}

/** Whitespace before the first and after the last other token comes back last of all. */
function takeEnds({ tokens, breaks }: Job, atoms: LiveUnits): void {
  const { text, offsets, ids } = tokens;
  const isOther = (separator: number) => separator < 0;
  const last = breaks.findLastIndex(isOther) + 1;
  const ends =
    last === 0
      ? [[0, ids.length]]
      : [
          [last, ids.length],
          [0, breaks.findIndex(isOther)],
        ];
  for (const [from, to] of ends) {
    let start = from;
    for (let end = from + 1; end <= to; end++) {
      if (!isCharacterEdge(text, offsets[end])) continue;
      atoms.start.push(start);
      atoms.end.push(end);
      start = end;
    }
  }
}
