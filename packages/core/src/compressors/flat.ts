/**
 * Recipes that give every unit one score in one pass and keep the best: LLMLingua-2 and
 * Selective-Context. The size is fitted exactly, as in every recipe.
 *
 * @module
 */
import { dynamicRates } from "../budget/dynamic.js";
import { descending } from "../select/coarse.js";
import { type Purse, shareMargins } from "../select/shares.js";
import type { Prompt, PromptPart, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import type { FlatUnits } from "../tokens/flat-units.js";
import type { PartTokens, TokenizedPrompt } from "../tokens/prompt-tokens.js";
import { type Fitted, fitToTarget } from "./fit.js";
import type { Atoms } from "./importance.js";
import type { Draft } from "./job.js";
import type { Settings } from "./settings.js";
import { isVerbatim, TIER } from "./tiers.js";
import { orderByRelevance } from "./visits.js";

/** Pieces of a prompt: units, and what lies between them. */
export interface FlatPrompt extends TokenizedPrompt {
  /** By piece: its score; −∞ for what no unit covers. */
  readonly scores: Float64Array;
  /** By piece: 1 = a unit that stays whatever its score. */
  readonly forced: Uint8Array;
}

/** Gives the units of stretches of a text, with offsets into it. */
export type UnitsOf = (text: string, spans: readonly Span[]) => Promise<FlatUnits>;

/** Cuts a prompt into pieces; parts that stay verbatim are one piece each. */
export async function flatPrompt(
  prompt: Prompt,
  settings: Settings,
  unitsOf: UnitsOf,
): Promise<FlatPrompt> {
  const pieces = pieceList();
  const parts: PartTokens[] = [];
  const read = prompt.parts.filter((part) => !isVerbatim(part, settings) && part.end > part.start);
  const units = await unitsOf(prompt.text, read);
  let next = 0;
  for (const part of prompt.parts) {
    pieces.gapTo(prompt.text, part.start);
    const from = pieces.count();
    if (isVerbatim(part, settings)) pieces.add(part.end, 1, false);
    else next = addPart(prompt.text, part, units, next, pieces);
    parts.push({ part, from, to: pieces.count() });
  }
  pieces.gapTo(prompt.text, prompt.text.length);
  return { ...pieces.finished(prompt.text), parts };
}

/** Adds the units of a part, the first of which is `first`; gives the first of the next part. */
function addPart(
  text: string,
  part: PromptPart,
  units: FlatUnits,
  first: number,
  pieces: PieceList,
): number {
  let next = first;
  while (next < units.start.length && units.start[next] < part.end) next++;
  if (part.whole === true && next > first) {
    const scores = units.score.subarray(first, next);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    pieces.add(part.end, mean, units.forced.subarray(first, next).includes(1));
    return next;
  }
  for (let u = first; u < next; u++) {
    pieces.gapTo(text, units.start[u]);
    pieces.add(units.end[u], units.score[u], units.forced[u] === 1);
  }
  pieces.gapTo(text, part.end);
  return next;
}

type PieceList = ReturnType<typeof pieceList>;

function pieceList() {
  const offsets: number[] = [0];
  const scores: number[] = [];
  const forced: number[] = [];
  const last = () => offsets[offsets.length - 1];
  const add = (end: number, score: number, isForced: boolean) => {
    if (end === last()) return;
    offsets.push(end);
    scores.push(score);
    forced.push(isForced ? 1 : 0);
  };
  return {
    add,
    count: () => scores.length,
    /** What no unit covers: white space apart from the rest, so that it can be a separator. */
    gapTo(text: string, end: number) {
      const start = last();
      for (const { 0: piece, index } of text.slice(start, end).matchAll(/\s+|\S+/g)) {
        add(start + index + piece.length, UNCOVERED, false);
      }
    },
    finished: (text: string) => ({
      text,
      ids: new Uint32Array(scores.length),
      offsets: Uint32Array.from(offsets),
      scores: Float64Array.from(scores),
      forced: Uint8Array.from(forced),
    }),
  };
}

/** Below every score. */
const UNCOVERED = Number.NEGATIVE_INFINITY;

/** Up to so many UTF-16 units a piece is counted without a pause. */
const SHORT = 1000;

/** What a piece costs in the counter's tokens, read with the space before it. */
async function lengthsOf({ counter, breath }: Draft, { offsets, text, ids }: FlatPrompt) {
  const lengths = new Float64Array(ids.length);
  for (let t = 0; t < ids.length; t++) {
    if (t % 64 === 0) await breath.pause();
    const space = t > 0 && text[offsets[t] - 1] === " " ? 1 : 0;
    // A single space is counted with what follows it.
    if (text.slice(offsets[t], offsets[t + 1]) === " ") continue;
    const piece = text.slice(offsets[t] - space, offsets[t + 1]);
    const isShort = piece.length <= SHORT;
    lengths[t] = isShort ? counter.count(piece) : await countText(counter, piece, breath);
  }
  return lengths;
}

/** Keeps the best pieces up to the target, counted in its tokenizer. */
export async function fitFlat(
  job: Draft,
  flat: FlatPrompt,
  size: { readonly original: number; readonly target: number },
): Promise<Fitted> {
  const isUnit = (t: number) => job.tiers[t] !== TIER.fixed && job.breaks[t] < 0;
  const units = [...flat.ids.keys()].filter(isUnit);
  const lengths = await lengthsOf(job, flat);
  const margins = shareMargins(flat.scores, lengths, pursesOf(job, flat, units, lengths, size));
  for (const t of demoted(job, flat, units, lengths, size)) margins[t] -= 2;
  for (const t of units) if (flat.forced[t] === 1) margins[t] = 2;
  const order = descending(units.map((t) => margins[t])).map((i) => units[i]);
  const atoms: Atoms = {
    start: Uint32Array.from(order),
    end: Uint32Array.from(order, (t) => t + 1),
    kept: order.filter((t) => margins[t] > 0).length,
  };
  return fitToTarget(job, atoms, size.target);
}

/** Parts with a rate of their own each keep it; the others share what is left. */
function pursesOf(
  job: Draft,
  flat: FlatPrompt,
  units: readonly number[],
  lengths: Float64Array,
  size: { readonly original: number; readonly target: number },
): Purse[] {
  const sum = (some: readonly number[]) => some.reduce((all, t) => all + lengths[t], 0);
  const own: Purse[] = [];
  const isOwn = new Uint8Array(flat.ids.length);
  for (const { part, from, to } of job.tokens.parts) {
    if (part.rate === undefined) continue;
    isOwn.fill(1, from, to);
    own.push({ units: unitsWithin(units, from, to), rate: part.rate });
  }
  const free = units.filter((t) => isOwn[t] === 0);
  const all = lengths.reduce((total, length) => total + length, 0);
  const target = (size.target / Math.max(1, size.original)) * all;
  const fixed = all - sum(units);
  const spent = own.reduce((all, purse) => all + purse.rate * sum(purse.units), 0);
  const rate = Math.min(1, Math.max(0, target - fixed - spent) / Math.max(1, sum(free)));
  if (job.settings.dynamicRate === 0) return [...own, { units: free, rate }];
  return [...own, ...byRelevance(job, free, lengths, rate)];
}

/** A purse for every context, fuller the better it ranks (LongLLMLingua §4.3), and one for the rest. */
function byRelevance(
  job: Draft,
  free: readonly number[],
  lengths: Float64Array,
  rate: number,
): Purse[] {
  const contexts = freeContexts(job);
  const order = orderByRelevance(job, contexts) ?? [...contexts.keys()];
  const inside = order.map((c) => unitsWithin(free, contexts[c].from, contexts[c].to));
  const sums = inside.map((units) => units.reduce((all, t) => all + lengths[t], 0));
  const rates = dynamicRates(sums, rate, job.settings.dynamicRate);
  const grouped = new Set(inside.flat());
  const rest = free.filter((t) => !grouped.has(t));
  return [...inside.map((units, place) => ({ units, rate: rates[place] })), { units: rest, rate }];
}

function freeContexts({ tokens }: Draft): PartTokens[] {
  return tokens.parts.filter(({ part }) => part.kind === "context" && part.rate === undefined);
}

/** The ascending `units` from … to − 1. */
function unitsWithin(units: readonly number[], from: number, to: number): number[] {
  return units.slice(firstAtLeast(units, from), firstAtLeast(units, to));
}

/** Index of the first of the ascending `values` that is at least `least`. */
function firstAtLeast(values: readonly number[], least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Units of contexts that go first where whole contexts may be dropped: the least relevant, or without
 * a question those with the lowest mean score, until (rate + 1) / 2 of the tokens is left (LLMLingua-2, as its code has it).
 */
function demoted(
  job: Draft,
  flat: FlatPrompt,
  units: readonly number[],
  lengths: Float64Array,
  size: { readonly original: number; readonly target: number },
): number[] {
  const contexts = freeContexts(job);
  if (!job.settings.contextLevel || contexts.length < 2) return [];
  const inside = contexts.map(({ from, to }) => unitsWithin(units, from, to));
  const scored = inside.map((own) => own.filter((t) => flat.scores[t] > UNCOVERED));
  const mean = (own: readonly number[]) =>
    own.reduce((sum, t) => sum + flat.scores[t], 0) / Math.max(1, own.length);
  const sums = inside.map((own) => own.reduce((all, t) => all + lengths[t], 0));
  const share = (size.target / Math.max(1, size.original) + 1) / 2;
  let room = share * sums.reduce((all, own) => all + own, 0);
  const gone: number[] = [];
  for (const c of orderByRelevance(job, contexts) ?? descending(scored.map(mean))) {
    if (room <= 0) gone.push(...inside[c]);
    room -= sums[c];
  }
  return gone;
}
