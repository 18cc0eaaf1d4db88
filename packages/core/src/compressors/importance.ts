/**
 * All that may be dropped, from the dearest to the least: the order in which the size is fitted.
 *
 * @module
 */

import type { Demonstrations } from "../text/demonstrations.js";
import { isCharacterEdge } from "../text/segments.js";
import type { CoarseResult } from "./coarse.js";
import { piecesOf } from "./demonstrations.js";
import type { Decisions } from "./iterative.js";
import type { Job } from "./job.js";
import { addUnits, type Cutter, type LiveUnits, type Pieces, runsOf } from "./live-units.js";
import { TIER } from "./tiers.js";

/** Token ranges `start` … `end − 1`, dearest first. */
export interface Atoms {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The first so many were kept by the token stage. */
  readonly kept: number;
  /** Where an atom may be taken apart, if nothing else fills the size; absent: all are words already. */
  readonly seams?: Pieces;
  /** Tokens of the size that may stay empty; default 0. */
  readonly slack?: number;
}

/**
 * Orders atoms: structure (closing lines first, of the contexts chosen first), then units that the
 * token stage kept, then others, each by how far they lie above their segment's threshold, then
 * sentences and contexts that were dropped whole, next best first. Units coarser than words are taken
 * apart into words, so that the last one may be kept in part; steps of worked examples stay whole. Ties by position.
 */
export async function byImportance(
  job: Job,
  cut: Cutter,
  units: LiveUnits,
  { keptUnits, margins }: Decisions,
  coarse: CoarseResult,
  shape: Demonstrations | undefined,
): Promise<Atoms> {
  const ranks = ranksOf(job, coarse, units);
  const { parts } = job.tokens;
  // Room that is left is not for parts whose own rate is met.
  const spare = (u: number) =>
    keptUnits[u] === 0 && parts[units.part[u]].part.rate !== undefined ? 1 : 0;
  const order = Array.from(units.start.keys()).sort(
    (a, b) =>
      units.tier[b] - units.tier[a] ||
      ranks[a] - ranks[b] ||
      keptUnits[b] - keptUnits[a] ||
      spare(a) - spare(b) ||
      margins[b] - margins[a] ||
      a - b,
  );
  const small: LiveUnits = { start: [], end: [], part: [], tier: [] };
  const take = await taker(job, cut, small, shape);
  let kept = 0;
  for (const u of order) {
    await job.breath.pause();
    take(units.start[u], units.end[u]);
    if (keptUnits[u] === 1) kept = small.start.length;
  }
  for (const { from, to } of coarse.dropped) {
    await job.breath.pause();
    take(from, to);
  }
  takeRest(job, small);
  const [start, end] = [Uint32Array.from(small.start), Uint32Array.from(small.end)];
  return { start, end, kept, ...(shape && { seams: await wordPieces(job, cut, undefined) }) };
}

/** Structure of contexts chosen earlier goes first; ordinary units are compared by margin alone. */
function ranksOf(job: Job, coarse: CoarseResult, units: LiveUnits): Uint32Array {
  const { parts } = job.tokens;
  return Uint32Array.from(units.part, (p, u) => {
    const { kind, index } = parts[p].part;
    return units.tier[u] === TIER.ordinary || kind !== "context" ? 0 : (coarse.rank[index] ?? 0);
  });
}

/** Words or, for unit "token", tokens; steps of worked examples are whole. */
async function wordPieces(
  job: Job,
  cut: Cutter,
  shape: Demonstrations | undefined,
): Promise<Pieces> {
  return piecesOf(job, cut, shape, job.settings.unit === "token" ? "token" : "word");
}

/** Adds the words (or, for unit "token", the tokens) of a range to `atoms`. */
async function taker(job: Job, cut: Cutter, atoms: LiveUnits, shape: Demonstrations | undefined) {
  const { boundary, fallback } = await wordPieces(job, cut, shape);
  const all = new Uint8Array(job.tokens.ids.length).fill(1);
  return (from: number, to: number) =>
    addUnits(job, atoms, { from, to, part: 0 }, all, boundary, fallback);
}

/**
 * White space that is neither in a unit nor a separator between two comes back last of all: after the
 * last and before the first word, and what long runs of it between parts hold.
 */
function takeRest({ tokens, breaks }: Job, atoms: LiveUnits): void {
  const { text, offsets, ids, parts } = tokens;
  const inPart = new Uint8Array(ids.length);
  for (const { from, to } of parts) inPart.fill(1, from, to);
  const isWord = (_: number, t: number) => inPart[t] === 1 && breaks[t] < 0;
  const last = ids.findLastIndex(isWord) + 1;
  const first = last === 0 ? 0 : ids.findIndex(isWord);
  const take = (from: number, to: number, isOurs: (t: number) => boolean) => {
    for (const run of runsOf(from, to, isOurs)) {
      let start = run.from;
      for (let end = run.from + 1; end <= run.to; end++) {
        if (!isCharacterEdge(text, offsets[end])) continue;
        atoms.start.push(start);
        atoms.end.push(end);
        start = end;
      }
    }
  };
  take(last, ids.length, () => true);
  take(first, last, (t) => inPart[t] === 0 && breaks[t] < 0);
  take(0, first, () => true);
}
