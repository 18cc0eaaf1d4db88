/**
 * All that may be dropped, from the dearest to the least: the order in which the size is fitted.
 *
 * @module
 */
import type { CoarseResult } from "./coarse.js";
import { type Job, TIER } from "./job.js";
import { addUnits, type Cutter, type LiveUnits } from "./live-units.js";

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
  const order = Array.from(units.start.keys()).sort(
    (a, b) =>
      units.tier[b] - units.tier[a] ||
      rankOf(job, coarse, units, a) - rankOf(job, coarse, units, b) ||
      margins[b] - margins[a] ||
      a - b,
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
  takeEnds(job, take);
  return { start: Uint32Array.from(small.start), end: Uint32Array.from(small.end), kept };
}

/** Structure of contexts chosen earlier goes first; ordinary units are compared by margin alone. */
function rankOf(job: Job, coarse: CoarseResult, units: LiveUnits, u: number): number {
  return units.tier[u] === TIER.ordinary ? 0 : coarse.rank[contextAt(job, units.start[u])];
}

function contextAt(job: Job, token: number): number {
  const part = job.tokens.parts.find(({ from, to }) => token >= from && token < to)?.part;
  return part?.kind === "context" ? part.index : 0;
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

/** Whitespace before the first and after the last part comes back last of all. */
function takeEnds(job: Job, take: (from: number, to: number) => void): void {
  const { parts, ids } = job.tokens;
  if (parts.length === 0) return;
  const ends = [
    { from: parts[parts.length - 1].to, to: ids.length },
    { from: 0, to: parts[0].from },
  ];
  for (const { from, to } of ends) take(from, to);
}
