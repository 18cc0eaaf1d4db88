/**
 * LLMLingua: budget controller, then iterative token-level compression, then the exact size.
 *
 * LLMLingua (Jiang et al., 2023), §4. The presets differ in settings only.
 *
 * @module
 */
import { allot, handBack, type PerKind } from "../budget/rates.js";
import type { TokenizedPrompt } from "../tokens/prompt-tokens.js";
import { type CoarseResult, dropWhole } from "./coarse.js";
import { inEqualShares, piecesOf, shapeOf } from "./demonstrations.js";
import { type Fitted, fitToTarget, render, slackOf } from "./fit.js";
import { byImportance } from "./importance.js";
import { pruneIteratively } from "./iterative.js";
import type { Job } from "./job.js";
import { type Cutter, cutterOf, type LiveUnits, liveUnits } from "./live-units.js";
import {
  areRecords,
  choosePassages,
  forgetStructure,
  inChosenOrder,
  undecided,
} from "./passages.js";
import { stopwatch } from "./stopwatch.js";
import { TIER } from "./tiers.js";

/** k of Algorithm 1 where nothing else is asked for; of worked examples (docs/quality-log.md). */
const USUAL_FACTOR = 1.5;
const EXAMPLES_FACTOR = 2.7;

export interface Size {
  /** Tokens of the original and to aim at, in the target's tokenizer. */
  readonly original: number;
  readonly target: number;
}

export interface LlmlinguaResult extends Fitted {
  readonly coarse: CoarseResult;
  readonly coarseMs: number;
  readonly fineMs: number;
  readonly fitMs: number;
}

/** Runs the stages on an open job. */
export async function llmlingua(job: Job, size: Size): Promise<LlmlinguaResult> {
  const clock = stopwatch();
  const cut = cutterOf(job);
  const lengths = lengthsOf(job.tokens);
  const total = Math.max(0, (size.target / size.original) * job.tokens.ids.length - setAside(job));
  const budgets = allot(total, lengths, job.settings);
  const shape = shapeOf(job);
  const { passages } = job.settings;
  if (passages !== false && !shape && (passages || !areRecords(job)))
    return byPassages(job, cut, budgets, size.target);
  // Overfilling is for a token stage to trim.
  const factor = job.settings.budgetFactor ?? (shape ? EXAMPLES_FACTOR : USUAL_FACTOR);
  const limit = (job.settings.tokenLevel ? factor : 1) * budgets.context;
  if (job.settings.tokenLevel)
    job.meter.expect("fine", Math.round(Math.min(limit, lengths.context)));
  const coarse = await dropWhole(job, cut, { limit, budget: budgets.context }, shape);
  const coarseMs = clock();
  if (!job.settings.tokenLevel) {
    const fitted = render(job, wholeMask(job, coarse));
    return { ...fitted, coarse, coarseMs, fineMs: 0, fitMs: clock() };
  }
  const pieces = await piecesOf(job, cut, shape);
  const units = await liveUnits(job, pieces, coarse.alive);
  // What examples leave of their limit is room for other examples only.
  const leftover = shape ? 0 : limit - coarse.contextTokens;
  const shares = rebalance(budgets, lengths, leftover, total, job);
  const read = await pruneIteratively(job, units, coarse.alive, shares);
  const fineMs = clock();
  const pruned = shape ? inEqualShares(job, units, read, shape) : read;
  const atoms = await byImportance(job, cut, units, pruned, coarse, shape);
  const fitted = await fitToTarget(job, atoms, size.target);
  return { ...fitted, coarse, coarseMs, fineMs, fitMs: clock() };
}

/** Whole sentences of the contexts; instruction and question by words where they have rates below 1. */
async function byPassages(
  job: Job,
  cut: Cutter,
  budgets: PerKind,
  target: number,
): Promise<LlmlinguaResult> {
  const clock = stopwatch();
  forgetStructure(job);
  const coarse = await choosePassages(job, cut, budgets.context);
  const coarseMs = clock();
  if (!job.settings.tokenLevel) {
    const fitted = render(job, wholeMask(job, coarse));
    return { ...fitted, coarse, coarseMs, fineMs: 0, fitMs: clock() };
  }
  const units = await liveUnits(job, await piecesOf(job, cut, undefined), coarse.alive);
  const shares = { ...budgets, context: job.tokens.ids.length };
  const read = hasOthers(units, coarse.places)
    ? await pruneIteratively(job, units, coarse.alive, shares)
    : undecided(units);
  const fineMs = clock();
  const pruned = inChosenOrder(units, read, coarse, budgets.context);
  const atoms = await byImportance(job, cut, units, pruned, coarse, undefined);
  // Rather than to fill the size with words from elsewhere, a little of it stays empty.
  const fitted = await fitToTarget(job, { ...atoms, slack: slackOf(target) }, target);
  return { ...fitted, coarse, coarseMs, fineMs, fitMs: clock() };
}

/** Whether there is something to decide on beside passages. */
function hasOthers(units: LiveUnits, places: Int32Array): boolean {
  return units.start.some((start) => places[start] < 0);
}

/** Eq. 3, then the contexts get what instruction and question leave of the whole. */
function rebalance(
  budgets: PerKind,
  lengths: PerKind,
  leftover: number,
  total: number,
  job: Job,
): PerKind {
  if (job.settings.fixedRate) return budgets;
  const shares = handBack(budgets, lengths, leftover);
  return { ...shares, context: Math.max(0, total - shares.instruction - shares.question) };
}

function lengthsOf(tokens: TokenizedPrompt): PerKind {
  const lengths = { instruction: 0, context: 0, question: 0 };
  for (const { part, from, to } of tokens.parts) {
    if (part.rate === undefined) lengths[part.kind] += to - from;
  }
  return lengths;
}

/** Tokens spent before anything is shared out: parts at rates of their own, verbatim text between parts. */
function setAside({ tokens, tiers }: Job): number {
  let aside = 0;
  let at = 0;
  for (const { part, from, to } of tokens.parts) {
    for (let t = at; t < from; t++) if (tiers[t] === TIER.fixed) aside++;
    if (part.rate !== undefined) aside += part.rate * (to - from);
    at = to;
  }
  for (let t = at; t < tiers.length; t++) if (tiers[t] === TIER.fixed) aside++;
  return aside;
}

function wholeMask(job: Job, coarse: CoarseResult): Uint8Array {
  return coarse.alive.map((flag, t) => (flag === 1 || job.tiers[t] === TIER.fixed ? 1 : 0));
}
