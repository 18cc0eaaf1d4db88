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
  const contexts = tokens.parts.filter(isFree);
  const labelled = contexts.filter(({ from, to }) => from < to && isStructure(tiers[from]));
  return labelled.length > 1 && 2 * labelled.length >= contexts.length;
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
  // What recurs in prose is prose.
  for (const [t, tier] of job.tiers.entries()) if (isStructure(tier)) job.tiers[t] = TIER.ordinary;
  const contexts = parts.filter(isFree);
  const passages = await passagesOf(job, cut, contexts);
  const order = descending(await passageScores(job, contexts, passages));
  const opened = new Set<PartTokens>();
  const before = tokensBefore(job);
  let spent = contexts.reduce((sum, own) => sum + own.to - own.from - ordinaryIn(job, own), 0);
  let taken = 0;
  for (; taken < order.length && spent < budget; taken++) {
    const { context, ordinary } = passages[order[taken]];
    if (!opened.has(context)) spent += before.get(context) ?? 0;
    opened.add(context);
    spent += ordinary;
  }
  // What takes the budget too far may stay in part; without a token stage nothing may.
  const isOver = spent > budget && taken > 0;
  if (isOver && !job.settings.tokenLevel && taken > 1) taken--;
  const dropped = order.slice(taken).map((i) => passages[i]);
  const kept = new Set(order.slice(0, taken).map((i) => passages[i].context));
  const places = new Int32Array(job.tokens.ids.length).fill(-1);
  for (const [place, i] of order.entries()) places.fill(place, passages[i].from, passages[i].to);
  const alive = new Uint8Array(job.tokens.ids.length);
  for (const { from, to } of parts) alive.fill(1, from, to);
  for (const { from, to } of dropped) alive.fill(0, from, to);
  return {
    places,
    last: isOver ? taken - 1 : taken,
    alive,
    contextTokens: spent,
    dropped,
    sentences: order.map((i) => passages[i]).filter(({ context }) => kept.has(context)),
    rank: ranksOf(order.map((i) => passages[i].context)),
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
    if (place < 0 || units.tier[u] !== TIER.ordinary) continue;
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

/** By part, the tokens between it and the one before: they stay where it does. */
function tokensBefore({ tokens }: Job): Map<PartTokens, number> {
  const last = (i: number) => tokens.parts[i - 1]?.to ?? tokens.parts[0].from;
  return new Map(tokens.parts.map((own, i) => [own, own.from - last(i)]));
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
    const starts = unitsOf(offsets, context.from, context.to, sentence);
    for (let s = 0; s + 1 < starts.length; s++) {
      let [from, to] = [starts[s], starts[s + 1]];
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

/** Share of a text's UTF-16 units, space around it not counted, that letters have. */
function letterShare(given: string): number {
  const text = given.trim();
  const letters = text.match(/\p{L}+/gu) ?? [];
  return letters.reduce((sum, { length }) => sum + length, 0) / Math.max(1, text.length);
}

/** By context index: its place among the contexts in the order in which they were opened. */
function ranksOf(order: readonly PartTokens[]): number[] {
  const rank: number[] = [];
  let next = 0;
  for (const { part } of order) rank[part.index] ??= next++;
  return rank;
}
