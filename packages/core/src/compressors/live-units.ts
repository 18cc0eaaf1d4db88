/**
 * The units of a prompt that may still be dropped, in order.
 *
 * @module
 */
import { boundariesOf, type Level } from "../text/boundaries.js";
import { isCharacterEdge } from "../text/segments.js";
import type { PromptPart } from "../text/types.js";
import type { TokenizedText } from "../tokens/types.js";
import { unitsOf } from "../tokens/units.js";
import type { Job } from "./job.js";
import { TIER } from "./tiers.js";
import type { Unit } from "./types.js";

/** Struct of arrays, one entry a unit: tokens `start` … `end − 1`. */
export interface LiveUnits {
  readonly start: number[];
  readonly end: number[];
  /** Index among the prompt's parts. */
  readonly part: number[];
  /** See TIER; never `fixed`. */
  readonly tier: number[];
}

/** Flags of where units may end, cut at most once a level. */
export type Cutter = (unit: Unit) => Promise<Uint8Array>;

/** Where units end; phrases are cut elsewhere, and inside contexts nothing ends. */
const LEVELS: Readonly<Record<Unit, Level | undefined>> = {
  token: "grapheme",
  word: "word",
  phrase: "word",
  line: "line",
  sentence: "sentence",
  context: undefined,
};

/** Makes boundary flags on demand, part by part, pausing in between. */
export function cutterOf(job: Job): Cutter {
  const made = new Map<Level, Uint8Array>();
  return async (unit) => {
    const level = LEVELS[unit];
    if (level === undefined) return new Uint8Array(job.tokens.text.length + 1);
    const known = made.get(level);
    if (known) return known;
    const flags = new Uint8Array(job.tokens.text.length + 1);
    for (const { part } of job.tokens.parts) await markBoundaries(job, part, level, flags);
    if (level !== "grapheme") snapToTokens(job.tokens, flags);
    made.set(level, flags);
    return flags;
  };
}

/** Boundaries found between two pauses. */
const STRIDE = 128;

async function markBoundaries(job: Job, part: PromptPart, level: Level, flags: Uint8Array) {
  const { start, end, whole } = part;
  flags[start] = 1;
  flags[end] = 1;
  if (whole === true) return;
  let found = 0;
  for (const at of boundariesOf(job.tokens.text.slice(start, end), level)) {
    if (found++ % STRIDE === 0) await job.breath.pause();
    flags[start + at] = 1;
  }
}

/**
 * A sentence ends after its space, but a token may begin with that space: such a boundary inside a
 * token, with nothing but whitespace before it there, counts at the token's start.
 */
function snapToTokens({ text, offsets }: TokenizedText, flags: Uint8Array): void {
  for (let t = 0; t + 1 < offsets.length; t++) {
    const start = offsets[t];
    for (let at = start + 1; at < offsets[t + 1] && text[at - 1].trim() === ""; at++) {
      if (flags[at] === 1 && isCharacterEdge(text, start)) flags[start] = 1;
    }
  }
}

/**
 * Cuts the tokens `from` … `to − 1` for which `alive` is 1 into units and adds them to `units`.
 * Fixed tokens and separators belong to no unit.
 */
export function addUnits(
  job: Job,
  units: LiveUnits,
  range: { readonly from: number; readonly to: number; readonly part: number },
  alive: Uint8Array,
  boundary: Uint8Array,
  fallback: Uint8Array | undefined,
): void {
  const isLoose = (t: number) => alive[t] === 1 && job.tiers[t] !== TIER.fixed;
  for (const run of runsOf(range.from, range.to, isLoose)) {
    const starts = unitsOf(job.tokens.offsets, run.from, run.to, boundary, fallback);
    for (let u = 0; u + 1 < starts.length; u++) {
      const tier = tierOf(job, starts[u], starts[u + 1]);
      if (tier === undefined) continue;
      units.start.push(starts[u]);
      units.end.push(starts[u + 1]);
      units.part.push(range.part);
      units.tier.push(tier);
    }
  }
}

/** Flags of where units end, and where over-long ones may end all the same. */
export interface Pieces {
  readonly boundary: Uint8Array;
  readonly fallback: Uint8Array | undefined;
}

/** All droppable units over the live tokens. */
export async function liveUnits(
  job: Job,
  { boundary, fallback }: Pieces,
  alive: Uint8Array,
): Promise<LiveUnits> {
  const units: LiveUnits = { start: [], end: [], part: [], tier: [] };
  for (const [part, { from, to }] of job.tokens.parts.entries()) {
    await job.breath.pause();
    addUnits(job, units, { from, to, part }, alive, boundary, fallback);
  }
  return units;
}

/** The dearest tier in a unit; undefined when the unit is nothing but separators. */
function tierOf(job: Job, from: number, to: number): number | undefined {
  let tier: number = TIER.ordinary;
  let separators = 0;
  for (let t = from; t < to; t++) {
    if (job.breaks[t] >= 0) separators++;
    tier = Math.max(tier, job.tiers[t]);
  }
  return separators === to - from ? undefined : tier;
}

/** Maximal runs of tokens in a range that pass a test. */
export function runsOf(
  from: number,
  to: number,
  test: (token: number) => boolean,
): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let t = from; t < to; t++) {
    if (!test(t)) continue;
    const start = t;
    while (t < to && test(t)) t++;
    runs.push({ from: start, to: t });
  }
  return runs;
}
