/**
 * One compression under way: what every stage reads, and the two arrays they fill.
 *
 * @module
 */
import { type Breaks, breaksOf } from "../restore/separators.js";
import { type Breather, breather } from "../schedule.js";
import { scoreText } from "../score/sliding.js";
import type { TokenScorer } from "../score/types.js";
import { protectedSpans } from "../text/protect.js";
import type { PartKind, Span } from "../text/types.js";
import type { PartTokens, TokenizedPrompt } from "../tokens/prompt-tokens.js";
import type { TokenCounter } from "../tokens/types.js";
import type { Settings } from "./options.js";
import type { Progress } from "./types.js";

/** How dear a token is; more is kept longer. `fixed` is never dropped. */
export const TIER = { ordinary: 0, recurring: 1, closing: 2, fixed: 3 } as const;

export interface Job {
  readonly tokens: TokenizedPrompt;
  readonly settings: Settings;
  readonly scorer: TokenScorer;
  readonly counter: TokenCounter;
  readonly signal?: AbortSignal;
  readonly breath: Breather;
  /** By token: see {@link TIER}. */
  readonly tiers: Uint8Array;
  /** By token: line breaks of separator tokens, −1 for others. */
  readonly breaks: Breaks;
  /** By token: nats, NaN until scored. Filled by the coarse, then by the fine stage. */
  readonly surprisals: Float32Array;
  readonly meter: Meter;
}

/** Counts scorer tokens and reports progress. */
export interface Meter {
  scored: number;
  /** Announces how many tokens a stage will score. */
  expect(tokens: number): void;
  add(stage: Progress["stage"], tokens: number): void;
}

/** A part is verbatim when its rate is 1 and it is not a context. */
export function isVerbatim(kind: PartKind, settings: Settings): boolean {
  if (kind === "context") return false;
  if (settings.fixedRate) return false;
  return (kind === "instruction" ? settings.instructionRate : settings.questionRate) === 1;
}

export function openJob(
  base: Pick<Job, "tokens" | "settings" | "scorer" | "counter" | "signal">,
  onProgress: ((progress: Progress) => void) | undefined,
): Job {
  const { tokens, settings } = base;
  const n = tokens.ids.length;
  const inPart = new Uint8Array(n);
  for (const { from, to } of tokens.parts) inPart.fill(1, from, to);
  const tiers = fixedTiers(tokens, settings);
  const isSeparator = (t: number) =>
    tiers[t] !== TIER.fixed && (settings.restoreSeparators || inPart[t] === 0);
  return {
    ...base,
    breath: breather(base.signal),
    tiers,
    breaks: breaksOf(tokens.text, tokens.offsets, isSeparator),
    surprisals: new Float32Array(n).fill(Number.NaN),
    meter: meterOf(onProgress),
  };
}

function fixedTiers(tokens: TokenizedPrompt, settings: Settings): Uint8Array {
  const tiers = new Uint8Array(tokens.ids.length);
  for (const { part, from, to } of tokens.parts) {
    if (isVerbatim(part.kind, settings)) tiers.fill(TIER.fixed, from, to);
  }
  markTier(tokens.offsets, tiers, protectedSpans(tokens.text, settings.protect), TIER.fixed);
  return tiers;
}

/** Raises every token that reaches into one of the sorted `spans` to at least `tier`. */
export function markTier(
  offsets: Uint32Array,
  tiers: Uint8Array,
  spans: readonly Span[],
  tier: number,
): void {
  let t = 0;
  for (const { start, end } of spans) {
    while (t < tiers.length && offsets[t + 1] <= start) t++;
    for (let i = t; i < tiers.length && offsets[i] < end; i++) {
      if (offsets[i + 1] > start) tiers[i] = Math.max(tiers[i], tier);
    }
  }
}

function meterOf(onProgress: ((progress: Progress) => void) | undefined): Meter {
  let total = 0;
  return {
    scored: 0,
    expect(tokens) {
      total += tokens;
    },
    add(stage, tokens) {
      this.scored += tokens;
      total = Math.max(total, this.scored);
      onProgress?.({ stage, done: this.scored, total });
    },
  };
}

/** Scores the tokens at `indexes` (ascending) given `history` and writes their surprisals. */
export async function scoreTokens(
  job: Job,
  stage: Progress["stage"],
  indexes: Uint32Array,
  history?: Uint32Array,
): Promise<void> {
  let reported = 0;
  const surprisals = await scoreText(
    job.scorer,
    indexes.map((t) => job.tokens.ids[t]),
    {
      history,
      signal: job.signal,
      onProgress(done) {
        job.meter.add(stage, done - reported);
        reported = done;
      },
    },
  );
  for (let i = 0; i < indexes.length; i++) job.surprisals[indexes[i]] = surprisals[i];
}

/** The token indexes `from` … `to − 1` for which `mask` is 1 (all of them without a mask). */
export function indexesIn(from: number, to: number, mask?: Uint8Array): Uint32Array {
  const indexes: number[] = [];
  for (let t = from; t < to; t++) if (mask === undefined || mask[t] === 1) indexes.push(t);
  return Uint32Array.from(indexes);
}

/** Mean surprisal of a part's tokens, in nats; NaN when empty or not scored. */
export function meanSurprisal(
  surprisals: Float32Array,
  { from, to }: Pick<PartTokens, "from" | "to">,
): number {
  let sum = 0;
  let n = 0;
  for (let t = from; t < to; t++) {
    if (Number.isNaN(surprisals[t])) continue;
    sum += surprisals[t];
    n++;
  }
  return n === 0 ? Number.NaN : sum / n;
}
