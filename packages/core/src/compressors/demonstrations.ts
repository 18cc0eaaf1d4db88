/**
 * How worked examples are cut: words of what was asked, whole steps of the working, in equal shares.
 *
 * docs/quality-log.md has what was tried and measured; docs/adr/0009 why it is so.
 *
 * @module
 */
import { type Demonstrations, demonstrationsOf } from "../text/demonstrations.js";
import { isCharacterEdge } from "../text/segments.js";
import { recurringStructure, type StructureKind, type StructureSpan } from "../text/structure.js";
import type { Span } from "../text/types.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import type { PruneResult } from "./iterative.js";
import type { Job } from "./job.js";
import { type Cutter, type LiveUnits, type Pieces, runsOf } from "./live-units.js";
import { isByQuestion } from "./settings.js";
import { markTier, TIER } from "./tiers.js";
import type { Unit } from "./types.js";

/** A longer step, in UTF-16 units, is cut into words like other text: kept whole it would not fit. */
const LONGEST_STEP = 600;

/** Marks what recurs across contexts; says where contexts are worked examples. */
export function shapeOf(job: Job): Demonstrations | undefined {
  const { settings, tiers } = job;
  if (!settings.structure) return undefined;
  const { text, offsets } = job.tokens;
  const parts = job.tokens.parts.map(({ part }) => part);
  const isWanted = settings.demonstrations && !isByQuestion(settings);
  const concluded = isWanted ? recurringStructure(text, parts, { conclusions: true }) : [];
  const shape = demonstrationsOf(text, parts, concluded);
  const spans = shape ? concluded : recurringStructure(text, parts);
  const dear = outside(spans, shape?.workings ?? []);
  const of = (kind: StructureKind) => dear.filter((span) => span.kind === kind);
  markTier(offsets, tiers, of("recurring"), TIER.recurring);
  markTier(offsets, tiers, of("closing"), TIER.closing);
  return shape;
}

/** The sorted `spans` that do not start in one of the sorted `workings`: a step that recurs is one among others. */
function outside(spans: readonly StructureSpan[], workings: readonly Span[]): StructureSpan[] {
  let next = 0;
  return spans.filter(({ start }) => {
    while (next < workings.length && workings[next].end <= start) next++;
    return next === workings.length || start < workings[next].start;
  });
}

/**
 * Tokens without which each of `contexts` would be no example: its structure, the last step of its
 * working, and a separator after each stretch of them.
 */
export async function needsOf(
  job: Job,
  cut: Cutter,
  contexts: readonly PartTokens[],
  { workings }: Demonstrations,
): Promise<number[]> {
  const { offsets } = job.tokens;
  const steps = await cut("sentence");
  let next = 0;
  return contexts.map(({ from, to }) => {
    while (next < workings.length && workings[next].end <= offsets[from]) next++;
    const working = workings[next];
    const isOurs = working !== undefined && working.end <= offsets[to];
    const lastStep = isOurs ? Math.max(steps.lastIndexOf(1, working.end - 1), working.start) : 0;
    const isWhole = isOurs && working.end - lastStep <= LONGEST_STEP;
    const isLastStep = (t: number) => isWhole && offsets[t] >= lastStep && offsets[t] < working.end;
    const needed = runsOf(from, to, (t) => job.tiers[t] !== TIER.ordinary || isLastStep(t));
    return needed.reduce((tokens, run) => tokens + run.to - run.from + 1, 0);
  });
}

/** Where units end: as `unit` says, inside the workings of examples where a sentence or a line does. */
export async function piecesOf(
  job: Job,
  cut: Cutter,
  shape: Demonstrations | undefined,
  unit: Unit = job.settings.unit,
): Promise<Pieces> {
  const boundary = await cut(unit);
  const fallback = unit === "word" ? await cut("token") : undefined;
  if (shape === undefined || shape.workings.length === 0) return { boundary, fallback };
  const steps = await cut("sentence");
  const mixed = { boundary: boundary.slice(), fallback: fallback?.slice() };
  for (const { start, end } of shape.workings) {
    await job.breath.pause();
    for (let from = start; from < end; ) {
      const next = steps.indexOf(1, from + 1);
      const to = next < 0 || next > end ? end : next;
      if (to - from <= LONGEST_STEP) {
        mixed.boundary.fill(0, from + 1, to);
        mixed.fallback?.fill(0, from + 1, to);
      }
      if (isCharacterEdge(job.tokens.text, to)) mixed.boundary[to] = 1;
      from = to;
    }
  }
  return mixed;
}

/**
 * Puts the ordinary units of every example in an order of their own, the words of what was asked by
 * their margins, the steps from the last backwards, so that each example and each of its two sides
 * keeps the same share.
 */
export function inEqualShares(
  job: Job,
  units: LiveUnits,
  read: PruneResult,
  { workings }: Demonstrations,
): PruneResult {
  const sides = sidesOf(job, units, workings);
  const margins = read.margins.slice();
  const keptUnits = read.keptUnits.slice();
  const length = (u: number) => units.end[u] - units.start[u];
  const all = [...sides.values()].flatMap((side) => side.units);
  const kept = all.filter((u) => read.keptUnits[u] === 1);
  const sum = (some: readonly number[]) => some.reduce((tokens, u) => tokens + length(u), 0);
  const share = sum(kept) / Math.max(1, sum(all));
  for (const side of sides.values()) {
    const order = side.units.toSorted((a, b) =>
      side.isWorking ? b - a : read.margins[b] - read.margins[a] || a - b,
    );
    const total = sum(order);
    let before = 0;
    for (const u of order) {
      // Without its last step an example would teach to answer at once.
      const isLastStep = side.isWorking && before === 0;
      margins[u] = share - (isLastStep ? 0 : (before + length(u) / 2) / total);
      keptUnits[u] = margins[u] > 0 ? 1 : 0;
      before += length(u);
    }
  }
  return { ...read, margins, keptUnits };
}

/** The ordinary units of each example, what was asked apart from the working. */
function sidesOf(job: Job, units: LiveUnits, workings: Demonstrations["workings"]) {
  const { offsets, parts } = job.tokens;
  const sides = new Map<string, { readonly isWorking: boolean; readonly units: number[] }>();
  let next = 0;
  for (let u = 0; u < units.start.length; u++) {
    const p = units.part[u];
    const { kind, rate } = parts[p].part;
    if (units.tier[u] !== TIER.ordinary || kind !== "context" || rate !== undefined) continue;
    const [start, end] = [offsets[units.start[u]], offsets[units.end[u]]];
    while (next < workings.length && workings[next].end <= start) next++;
    const isWorking = next < workings.length && end > workings[next].start;
    const key = `${p} ${isWorking}`;
    const side = sides.get(key) ?? { isWorking, units: [] };
    side.units.push(u);
    sides.set(key, side);
  }
  return sides;
}
