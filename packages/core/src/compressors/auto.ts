/**
 * `rate: "auto"`: the size that the text itself asks for.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { scoreText } from "../score/sliding.js";
import type { TokenScorer } from "../score/types.js";
import { encodePieces } from "../tokens/pieces.js";
import { piecesOf } from "./demonstrations.js";
import { fixedTokens } from "./fit.js";
import { smallestShare } from "./information.js";
import type { Job } from "./job.js";
import { cutterOf, liveUnits } from "./live-units.js";
import { TIER } from "./tiers.js";
import type { AutoEstimate, AutoRate } from "./types.js";
import { scoreAlone } from "./visits.js";

/** Defaults of {@link AutoRate}. */
export const AUTO = { information: 0.8, floor: 0.1 } as const;

/** A size in the counter's tokens, and what is known of it. */
export interface AutoTarget {
  readonly target: number;
  readonly estimate: AutoEstimate;
}

/** Reads every part by itself; gives the size of the densest units that hold enough. */
export async function informationTarget(
  job: Job,
  original: number,
  { information = AUTO.information, floor = AUTO.floor }: AutoRate,
): Promise<AutoTarget> {
  await scoreAlone(job, job.tokens.parts);
  const alive = new Uint8Array(job.tokens.ids.length).fill(1);
  const units = await liveUnits(job, await piecesOf(job, cutterOf(job), undefined), alive);
  const nats = units.start.map((start, u) => {
    const own = job.surprisals.subarray(start, units.end[u]);
    return own.reduce((sum, value) => sum + (value || 0), 0);
  });
  const lengths = units.start.map((start, u) => units.end[u] - start);
  const share = smallestShare(nats, lengths, information);
  const fixed = job.tiers.reduce((sum, tier) => sum + (tier === TIER.fixed ? 1 : 0), 0);
  const rate = Math.min(1, Math.max(floor, (fixed + share.kept) / job.tokens.ids.length));
  const target = Math.max(1, Math.round(rate * original), await fixedTokens(job));
  return { target, estimate: { rate: target / original, information: share.information } };
}

/** Compressions tried: the rate is then known to about 0.03. */
const TRIES = 6;

/** What one size gives: the contexts that are left, and whatever the recipe came to. */
export interface Attempt<T> {
  readonly contexts: string;
  readonly outcome: T;
}

/**
 * The least rate at which the question stays as likely as asked, by bisection: `attempt` compresses
 * to a number of the counter's tokens.
 */
export async function questionTarget<T>(
  { scorer, question, contexts, original, fixed, signal }: QuestionSearch,
  { questionLoss: most = 0, floor: asked = AUTO.floor }: AutoRate,
  attempt: (target: number) => Promise<Attempt<T>>,
): Promise<{ readonly outcome: T | undefined } & AutoTarget> {
  const floor = Math.min(1, Math.max(asked, fixed / original));
  const likelihood = (text: string) => questionLikelihood(scorer, text, question, signal);
  const sizeAt = (rate: number) => Math.max(1, fixed, Math.round(rate * original));
  const whole = await likelihood(contexts);
  const tried: { rate: number; questionLoss: number }[] = [];
  let best: { rate: number; questionLoss: number; outcome: T | undefined } = {
    rate: 1,
    questionLoss: 0,
    outcome: undefined,
  };
  let low = floor;
  for (let step = 0; step < TRIES; step++) {
    const rate = step === 0 ? floor : (low + best.rate) / 2;
    const { contexts: left, outcome } = await attempt(sizeAt(rate));
    const questionLoss = whole - (await likelihood(left));
    tried.push({ rate, questionLoss });
    if (questionLoss <= most) best = { rate, questionLoss, outcome };
    else low = rate;
    if (best.rate <= floor) break;
  }
  const { rate, questionLoss, outcome } = best;
  return { target: sizeAt(rate), estimate: { rate, questionLoss, tried }, outcome };
}

export interface QuestionSearch {
  readonly scorer: TokenScorer;
  readonly question: string;
  /** The contexts as they are. */
  readonly contexts: string;
  /** Tokens of the whole prompt, and of what must stay of it, in the counter's. */
  readonly original: number;
  readonly fixed: number;
  readonly signal?: AbortSignal;
}

/** Most tokens of contexts that the question is read behind; of more, the last. */
const MOST_READ = 8192;

/** Mean log-probability of the question given a text, in nats per token. */
async function questionLikelihood(
  scorer: TokenScorer,
  text: string,
  question: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const read = await encodePieces(scorer.tokenizer, `${text}\n\n`, { signal });
  const history = read.ids;
  const { ids } = await encodePieces(scorer.tokenizer, question, { signal });
  const window = Math.min(scorer.maxTokens, MOST_READ);
  const surprisals = await scoreText(scorer, ids, { history, window, signal });
  return -surprisals.reduce((sum, value) => sum + value, 0) / Math.max(1, ids.length);
}

const NAMES: readonly string[] = [
  "information",
  "questionLoss",
  "floor",
] satisfies (keyof AutoRate)[];

/** @throws LlmlinguaError `invalid-option` for shares and losses out of range, or both */
export function checkAuto(auto: AutoRate | undefined, rate: unknown): void {
  if (auto === undefined) return;
  if (rate !== "auto") throw invalid(`auto is given and rate is ${String(rate)}; give rate "auto"`);
  if (typeof auto !== "object" || auto === null)
    throw invalid(`auto is ${String(auto)}; it must be an object`);
  const unknown = Object.keys(auto).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw invalid(`auto has ${unknown}; it takes ${NAMES.join(", ")}`);
  const { information, questionLoss, floor } = auto;
  if (information !== undefined && questionLoss !== undefined) {
    throw invalid("auto has both information and questionLoss; give one");
  }
  checkShare("auto.information", information);
  checkShare("auto.floor", floor);
  if (questionLoss !== undefined && !(typeof questionLoss === "number" && questionLoss >= 0)) {
    throw invalid(
      `auto.questionLoss is ${String(questionLoss)}; it must be at least 0 (nats per token)`,
    );
  }
}

function checkShare(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value > 0 && value <= 1)) return;
  throw invalid(`${name} is ${String(value)}; it must be a number above 0, at most 1`);
}

function invalid(message: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", `${message}.`);
}
