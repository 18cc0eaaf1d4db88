/**
 * Iterative token-level prompt compression: the one loop that alternates scoring and deciding.
 *
 * LLMLingua (Jiang et al., 2023), §4.2, Algorithm 2, Eq. 5–7. Segment j is scored given the
 * compressed segments before it; a threshold of its own decides what of it stays.
 *
 * @module
 */
import type { PerKind } from "../budget/rates.js";
import { keepMostSurprising } from "../select/threshold.js";
import { historyOf } from "./history.js";
import { type Job, scoreTokens } from "./job.js";
import { ledgerOf } from "./ledger.js";
import type { LiveUnits } from "./live-units.js";
import { questionOf } from "./ranking.js";
import { type ReadingStream, readingStream } from "./reading-stream.js";
import { segmentScores } from "./segment-scores.js";
import { TIER } from "./tiers.js";

/** What was decided on units. */
export interface Decisions {
  /** 1 = kept, by unit. */
  readonly keptUnits: Uint8Array;
  /** By unit: score minus its segment's threshold; above 0 = kept. 0 for structure. */
  readonly margins: Float32Array;
}

export interface PruneResult extends Decisions {
  /** 1 = kept, by token: fixed tokens, kept units, restored separators. */
  readonly kept: Uint8Array;
}

/** Units `first` … `last`, all of parts with one rate. */
export interface Segment {
  readonly first: number;
  readonly last: number;
}

/** Decides on every live unit, segment by segment. Structure is kept; `budgets` pay for it first. */
export async function pruneIteratively(
  job: Job,
  units: LiveUnits,
  alive: Uint8Array,
  budgets: PerKind,
): Promise<PruneResult> {
  const { iterative, segmentSize, tokenScore, contrastive } = job.settings;
  const kept = job.tiers.map((tier) => (tier === TIER.fixed ? 1 : 0));
  const margins = new Float32Array(units.start.length);
  const keptUnits = new Uint8Array(units.start.length);
  const history = historyOf(job, kept);
  const ledger = ledgerOf(job, units, budgets);
  const stream = readingStream(job, alive);
  const scores = tokenScore !== "random";
  const question = contrastive && scores ? conditionOf(job) : undefined;
  if (scores && !iterative) await scoreRaw(job, units, stream, question);
  if (scores && iterative) job.meter.expect("fine", tokensOf(units) * (question ? 2 : 1));
  const size = iterative ? segmentSize : Number.POSITIVE_INFINITY;
  for (const segment of segmentsOf(units, size, ledger.sameRate)) {
    await job.breath.pause();
    const fresh = stream.between(units.start[segment.first], units.end[segment.last]);
    if (scores && iterative) await scoreBothWays(job, fresh, question, history.before(fresh[0]));
    decide(job, units, segment, stream, ledger.budgetFor(segment), { kept, keptUnits, margins });
  }
  history.before(kept.length);
  return { kept, keptUnits, margins };
}

/** Keeps a segment's structure and, of its ordinary units, the most surprising up to `budget`. */
function decide(
  job: Job,
  units: LiveUnits,
  segment: Segment,
  stream: ReadingStream,
  budget: { readonly tokens: number; spend(tokens: number): void },
  { kept, keptUnits, margins }: PruneResult,
): void {
  const keep = (u: number) => {
    kept.fill(1, units.start[u], units.end[u]);
    keptUnits[u] = 1;
  };
  const ordinary: number[] = [];
  for (let u = segment.first; u <= segment.last; u++) {
    if (units.tier[u] === TIER.ordinary) ordinary.push(u);
    else keep(u);
  }
  const scores = segmentScores(job, units, ordinary, stream);
  const lengths = ordinary.map((u) => units.end[u] - units.start[u]);
  const choice = keepMostSurprising(scores, lengths, budget.tokens);
  budget.spend(choice.tokens);
  const threshold = finiteThreshold(choice.threshold, scores);
  for (const [i, u] of ordinary.entries()) {
    if (choice.kept[i] === 1) keep(u);
    margins[u] = scores[i] - threshold;
  }
}

function finiteThreshold(threshold: number, scores: Float32Array): number {
  if (Number.isFinite(threshold)) return threshold;
  return threshold > 0
    ? scores.reduce((most, score) => Math.max(most, score), 0) + 1
    : scores.reduce((least, score) => Math.min(least, score), 0) - 1;
}

/** Segments of at least `size` tokens (the last before another rate may be shorter). */
function* segmentsOf(
  units: LiveUnits,
  size: number,
  sameRate: (one: number, other: number) => boolean,
): Generator<Segment> {
  let first = 0;
  let tokens = 0;
  for (let u = 0; u < units.start.length; u++) {
    tokens += units.end[u] - units.start[u];
    const goesOn = u + 1 < units.start.length && sameRate(units.part[u], units.part[u + 1]);
    if (goesOn && tokens < size) continue;
    yield { first, last: u };
    first = u + 1;
    tokens = 0;
  }
}

/** Table 3, "w/o iterative token-level prompt compression": one pass over the uncompressed stream. */
async function scoreRaw(
  job: Job,
  units: LiveUnits,
  stream: ReadingStream,
  question: Uint32Array | undefined,
): Promise<void> {
  if (units.start.length === 0) return;
  const indexes = stream.before(units.end[units.end.length - 1]);
  job.meter.expect("fine", indexes.length * (question ? 2 : 1));
  await scoreBothWays(job, indexes, question);
}

/** Scores tokens as they are and, for contrastive scores, given the question. */
async function scoreBothWays(
  job: Job,
  indexes: Uint32Array,
  question: Uint32Array | undefined,
  history?: Uint32Array,
): Promise<void> {
  // Both ways the same number of tokens before it is in sight.
  await scoreTokens(job, "fine", indexes, { history, besides: question?.length });
  if (question) await scoreTokens(job, "fine", indexes, { history, question });
}

/** What contrastive scores are given: the question and a blank line (LongLLMLingua §4.2). */
function conditionOf({ prompt, scorer }: Job): Uint32Array {
  return scorer.tokenizer.encode(`${questionOf(prompt, "contrastive")}\n\n`).ids;
}

function tokensOf(units: LiveUnits): number {
  return units.start.reduce((sum, start, u) => sum + units.end[u] - start, 0);
}
