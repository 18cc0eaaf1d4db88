/**
 * One compression under way: what every stage reads, and the two arrays they fill.
 *
 * @module
 */
import { type Breaks, breaksOf } from "../restore/separators.js";
import { type Breather, breather } from "../schedule.js";
import { DEFAULT_WINDOW, scoreText } from "../score/sliding.js";
import type { TokenScorer } from "../score/types.js";
import type { Prompt } from "../text/types.js";
import type { PartTokens, TokenizedPrompt } from "../tokens/prompt-tokens.js";
import type { TokenCounter } from "../tokens/types.js";
import type { Meter } from "./meter.js";
import type { Relevance } from "./ranking.js";
import type { Settings } from "./settings.js";
import { fixedStarts, fixedTiers, TIER } from "./tiers.js";
import type { Progress } from "./types.js";

export interface Draft {
  /** What is read, its contexts in the order of the result. */
  readonly prompt: Prompt;
  readonly tokens: TokenizedPrompt;
  readonly settings: Settings;
  readonly counter: TokenCounter;
  readonly signal?: AbortSignal;
  readonly breath: Breather;
  /** By token: see {@link TIER}. */
  readonly tiers: Uint8Array;
  /** Offsets at which text that must stay verbatim starts. */
  readonly verbatimStarts: ReadonlySet<number>;
  /** By token: line breaks of separator tokens, −1 for others. */
  readonly breaks: Breaks;
  /** By token: nats, NaN until scored. Filled by the coarse, then by the fine stage. */
  readonly surprisals: Float32Array;
  /** The same given the question, for contrastive scores; NaN until scored. */
  readonly conditioned: Float32Array;
  /** Where contexts were ranked for the question. */
  readonly relevance?: Relevance;
  readonly meter: Meter;
}

/** A draft that a causal model scores. */
export interface Job extends Draft {
  readonly scorer: TokenScorer;
}

type Base = Pick<
  Draft,
  "prompt" | "tokens" | "settings" | "counter" | "signal" | "relevance" | "meter"
>;

/** Opens a job. */
export function openJob({ scorer, ...base }: Base & Pick<Job, "scorer">): Job {
  return { ...openDraft(base), scorer };
}

/** Marks what must stay, and where separators are. */
export function openDraft(base: Base): Draft {
  const { prompt, tokens, settings } = base;
  const n = tokens.ids.length;
  const inPart = new Uint8Array(n);
  for (const { from, to } of tokens.parts) inPart.fill(1, from, to);
  const tiers = fixedTiers(prompt, tokens, settings);
  const isSeparator = (t: number) =>
    tiers[t] !== TIER.fixed && (settings.restoreSeparators || inPart[t] === 0);
  return {
    ...base,
    breath: breather(base.signal),
    tiers,
    verbatimStarts: fixedStarts(tokens.offsets, tiers),
    breaks: breaksOf(tokens.text, tokens.offsets, isSeparator),
    surprisals: new Float32Array(n).fill(Number.NaN),
    conditioned: new Float32Array(n).fill(Number.NaN),
  };
}

/** A window without `besides` tokens, or at least half of it. */
function windowWithout({ maxTokens }: TokenScorer, besides: number): number {
  const window = Math.min(maxTokens, DEFAULT_WINDOW);
  return Math.max(4, window - Math.min(besides, window >> 1));
}

/** What tokens are scored given, and where their surprisals go. */
export interface ScoreTokensOptions {
  readonly history?: Uint32Array;
  /** A question in front of everything: the surprisals go to `conditioned`. */
  readonly question?: Uint32Array;
  /** Tokens of the model's window that are left free, so that another reading sees as much. */
  readonly besides?: number;
  /** Read by itself, apart from the prompt. */
  readonly alone?: boolean;
}

/** Scores the tokens at `indexes` (ascending) given `history` and writes their surprisals. */
export async function scoreTokens(
  job: Job,
  stage: Progress["stage"],
  indexes: Uint32Array,
  { history, question, besides = 0, alone = false }: ScoreTokensOptions = {},
): Promise<void> {
  let reported = 0;
  const surprisals = await scoreText(
    job.scorer,
    indexes.map((t) => job.tokens.ids[t]),
    {
      history,
      window: windowWithout(job.scorer, besides),
      prefix: question,
      stream: alone ? 2 : question === undefined ? 0 : 1,
      signal: job.signal,
      onProgress(done) {
        job.meter.add(stage, done - reported);
        reported = done;
      },
    },
  );
  const target = question === undefined ? job.surprisals : job.conditioned;
  for (let i = 0; i < indexes.length; i++) target[indexes[i]] = surprisals[i];
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
