/**
 * Contexts that are no worked examples: whole sentences, by where they stand and what they say.
 *
 * What budget controller and token stage do elsewhere is done at once here: sentences of all contexts
 * compete, and only the last that fits is cut. docs/quality-log.md has what was tried and measured;
 * docs/adr/0010 why it is so.
 *
 * @module
 */
import { zScores } from "../rank/combined.js";
import { descending } from "../select/coarse.js";
import { randomAt } from "../select/unit-scores.js";
import type { PartTokens } from "../tokens/prompt-tokens.js";
import { unitsOf } from "../tokens/units.js";
import type { CoarseResult } from "./coarse.js";
import type { Decisions } from "./iterative.js";
import { type Job, meanSurprisal } from "./job.js";
import type { Cutter, LiveUnits } from "./live-units.js";
import type { Range } from "./sentences.js";
import { TIER } from "./tiers.js";
import { scoreAlone } from "./visits.js";

/** A longer sentence (a table, a log, a record), in UTF-16 units, is several passages of about half of it. */
const LONGEST_PASSAGE = 600;

/** What stays of the contexts, and in which order it was chosen. */
export interface PassageChoice extends CoarseResult {
  /** By token: place of its passage among all, 0 = first; −1: not a passage's. */
  readonly places: Int32Array;
  /** Place of the passage that may stay in part, as the last one. */
  readonly last: number;
}

interface Passage extends Range {
  readonly context: PartTokens;
  /** Tokens that are decided on. */
  readonly ordinary: number;
}

/**
 * Whether contexts are records rather than prose: at least half of them, and two, begin with a label that
 * recurs. Of examples that are not known for worked ones sentences in order would keep what was asked
 * without the answer.
 */
export function areRecords({ tokens, tiers }: Job): boolean {
  const { text, offsets, parts } = tokens;
  const contexts = parts.filter(isFree);
  const labelled = contexts.filter(({ from, to }) => {
    let end = from;
    while (end < to && isStructure(tiers[end])) end++;
    return /\p{L}/u.test(text.slice(offsets[from], offsets[end]));
  });
  return labelled.length > 1 && 2 * labelled.length >= contexts.length;
}

/** What recurs in prose is prose. */
export function forgetStructure({ tiers }: Job): void {
  for (const [t, tier] of tiers.entries()) if (isStructure(tier)) tiers[t] = TIER.ordinary;
}

function isStructure(tier: number): boolean {
  return tier === TIER.recurring || tier === TIER.closing;
}

/** Takes sentences in order until `budget` tokens of contexts, and of what lies before them, are spent. */
export async function choosePassages(
  job: Job,
  cut: Cutter,
  budget: number,
): Promise<PassageChoice> {
  const { parts } = job.tokens;
  const contexts = parts.filter(isFree);
  const passages = await passagesOf(job, cut, contexts);
  const order = descending(await passageScores(job, contexts, passages));
  const { chosen, rest, spent } = within(
    job,
    contexts,
    order.map((i) => passages[i]),
    budget,
  );
  const places = new Int32Array(job.tokens.ids.length).fill(-1);
  for (const [place, { from, to }] of [...chosen, ...rest].entries()) places.fill(place, from, to);
  const alive = new Uint8Array(job.tokens.ids.length);
  for (const { from, to } of parts) alive.fill(1, from, to);
  for (const { from, to } of rest) alive.fill(0, from, to);
  return {
    places,
    last: spent > budget ? chosen.length - 1 : chosen.length,
    alive,
    contextTokens: spent,
    dropped: rest,
    sentences: passages,
    rank: [],
    surprisals: parts.map((part) => meanSurprisal(job.surprisals, part)),
  };
}

/**
 * What the token stage made of instruction and question; passages in the order they were chosen, the
 * last one from its beginning as far as `budget` reaches.
 */
export function inChosenOrder(
  units: LiveUnits,
  read: Decisions,
  { places, last, contextTokens }: PassageChoice,
  budget: number,
): Decisions {
  const margins = read.margins.slice();
  const keptUnits = read.keptUnits.slice();
  let over = contextTokens - budget;
  for (let u = units.start.length - 1; u >= 0; u--) {
    const place = places[units.start[u]];
    if (place < 0) continue;
    margins[u] = -1 - place;
    keptUnits[u] = place === last && over > 0 ? 0 : 1;
    if (keptUnits[u] === 0) over -= units.end[u] - units.start[u];
  }
  return { margins, keptUnits };
}

/** Every unit kept: there is nothing that the model would have to decide on. */
export function undecided({ start: { length } }: LiveUnits): Decisions {
  return { keptUnits: new Uint8Array(length).fill(1), margins: new Float32Array(length) };
}

/**
 * Passages in `order` as far as the budget reaches, and what they cost with the verbatim text of all contexts and
 * what stands before each. The last one may take it too far: it stays in part. Without a token stage
 * nothing may, and what does not fit makes room for what does, but for the first.
 */
function within(
  job: Job,
  contexts: readonly PartTokens[],
  order: readonly Passage[],
  budget: number,
) {
  const before = looseBefore(job);
  const opened = new Set<PartTokens>();
  const [chosen, rest]: [Passage[], Passage[]] = [[], []];
  let spent = contexts.reduce((sum, own) => sum + own.to - own.from - ordinaryIn(job, own), 0);
  for (const passage of order) {
    const { context, ordinary } = passage;
    const cost = ordinary + (opened.has(context) ? 0 : (before.get(context) ?? 0));
    const isRoom = job.settings.tokenLevel ? spent < budget : spent + cost <= budget;
    if (!isRoom && (job.settings.tokenLevel || chosen.length > 0)) {
      rest.push(passage);
      continue;
    }
    chosen.push(passage);
    opened.add(context);
    spent += cost;
  }
  return { chosen, rest, spent };
}

/** By part, the tokens between it and the one before that go where nothing of it stays. */
function looseBefore({ tokens, tiers }: Job): Map<PartTokens, number> {
  const found = new Map<PartTokens, number>();
  let last = tokens.parts[0]?.from ?? 0;
  for (const own of tokens.parts) {
    const between = tiers.subarray(last, own.from);
    found.set(
      own,
      between.reduce((sum, tier) => sum + (tier === TIER.fixed ? 0 : 1), 0),
    );
    last = own.to;
  }
  return found;
}

function isFree({ part }: PartTokens): boolean {
  return part.kind === "context" && part.rate === undefined;
}

/** Tokens of a range that are decided on. */
function ordinaryIn({ tiers }: Job, { from, to }: Range): number {
  return tiers.subarray(from, to).reduce((sum, tier) => sum + (tier === TIER.ordinary ? 1 : 0), 0);
}

/** Sentences of the contexts; those without anything to decide on are none. */
async function passagesOf(
  job: Job,
  cut: Cutter,
  contexts: readonly PartTokens[],
): Promise<Passage[]> {
  const { offsets } = job.tokens;
  const [sentence, word, token] = [await cut("sentence"), await cut("word"), await cut("token")];
  const passages: Passage[] = [];
  const add = (context: PartTokens, from: number, to: number) => {
    const ordinary = ordinaryIn(job, { from, to });
    if (ordinary > 0) passages.push({ context, from, to, ordinary });
  };
  for (const context of contexts) {
    await job.breath.pause();
    const ends = unitsOf(offsets, context.from, context.to, sentence).subarray(1);
    for (const [start, to] of joined(job, context.from, ends)) {
      let from = start;
      if (offsets[to] - offsets[from] > LONGEST_PASSAGE && !context.part.whole) {
        const words = unitsOf(offsets, from, to, word, token);
        for (const end of words.subarray(1, -1)) {
          if (offsets[end] - offsets[from] < LONGEST_PASSAGE / 2) continue;
          if (offsets[to] - offsets[end] < LONGEST_PASSAGE / 4) break;
          add(context, from, end);
          from = end;
        }
      }
      add(context, from, to);
    }
  }
  return passages;
}

/**
 * Token ranges from `from` to each of `ends`, those without a letter joined to the next on their line (the
 * number of an item) or, at a line's end, to the one before (a bar, a quotation mark).
 */
function joined({ tokens }: Job, from: number, ends: Uint32Array): [number, number][] {
  const { text, offsets } = tokens;
  const ranges: [number, number][] = [];
  let start = from;
  let isOpen = false;
  for (const end of ends) {
    const piece = text.slice(offsets[start], offsets[end]);
    const isLineEnd = piece.includes("\n") || end === ends[ends.length - 1];
    const last = ranges.at(-1);
    if (/\p{L}/u.test(piece) || (isLineEnd && !isOpen)) ranges.push([start, end]);
    else if (isLineEnd && last) last[1] = end;
    else continue;
    isOpen = !isLineEnd;
    start = end;
  }
  return ranges;
}

/**
 * Where a passage stands and what it says, in standard deviations, added. Of a conversation: late,
 * in a text that makes the user's last one likely. Of other text: early, surprising, in words
 * rather than figures.
 */
async function passageScores(
  job: Job,
  contexts: readonly PartTokens[],
  passages: readonly Passage[],
): Promise<Float64Array> {
  const { text, offsets } = job.tokens;
  const isChat = job.prompt.form === "messages";
  const signals: number[][] = [passages.map((_, i) => (isChat ? i : -i))];
  if (job.settings.tokenScore === "random") {
    signals.push(passages.map(({ from }) => randomAt(job.settings.seed, from)));
  } else if (job.relevance !== undefined) {
    const all = job.tokens.parts.filter(({ part }) => part.kind === "context");
    const score = new Map(all.map((context, i) => [context, job.relevance?.scores[i] ?? 0]));
    signals.push(passages.map(({ context }) => score.get(context) ?? 0));
  } else if (!isChat) {
    await scoreAlone(job, contexts);
    signals.push(passages.map((passage) => meanSurprisal(job.surprisals, passage)));
  }
  if (!isChat) {
    await job.breath.pause();
    signals.push(
      passages.map(({ from, to }) => letterShare(text.slice(offsets[from], offsets[to]))),
    );
  }
  const scores = new Float64Array(passages.length);
  for (const signal of signals) {
    for (const [i, value] of zScores(Float64Array.from(signal)).entries()) scores[i] += value;
  }
  return scores;
}

/** Share of a text's UTF-16 units but space that letters have, with their marks. */
function letterShare(text: string): number {
  const count = (found: readonly string[] | null) =>
    (found ?? []).reduce((sum, { length }) => sum + length, 0);
  return count(text.match(/[\p{L}\p{M}]+/gu)) / Math.max(1, count(text.match(/\S+/gu)));
}
