/**
 * LLMLingua-2 and Selective-Context as a whole: units, their scores, the exact size.
 *
 * @module
 */

import type { TokenClassifier } from "../classify/types.js";
import { llmlingua2Units } from "../classify/units.js";
import { LlmlinguaError } from "../errors.js";
import type { TokenScorer } from "../score/types.js";
import { selectiveUnits } from "../selective/index.js";
import type { Span } from "../text/types.js";
import { AUTO } from "./auto.js";
import { fixedTokens } from "./fit.js";
import { type FlatPrompt, fitFlat, flatPrompt, type UnitsOf } from "./flat.js";
import { smallestShare } from "./information.js";
import { type Draft, openDraft } from "./job.js";
import { type Meter, meterOf } from "./meter.js";
import type { Aim, Pruned, Work } from "./prune.js";
import { rankContexts } from "./ranking.js";
import type { Settings } from "./settings.js";
import { stopwatch } from "./stopwatch.js";
import { TIER } from "./tiers.js";
import type { AutoEstimate, AutoRate } from "./types.js";

/** Where units and their scores come from. */
export interface FlatSource {
  /** Name of the model, for the record. */
  readonly name: string;
  /** Makes the units of each part; tells `meter` what was read. */
  readonly unitsOf: (meter: Meter) => UnitsOf;
}

/** What to work on and with; the scorer is asked for only by ranks that need it. */
export interface FlatWork extends Omit<Work, "scorer"> {
  readonly scorer: () => Promise<TokenScorer>;
}

/** Runs a method that scores all units in one pass. */
export async function runFlat(
  work: FlatWork,
  { original, target, auto }: Aim,
  source: FlatSource,
): Promise<Pruned> {
  const { settings, counter, signal } = work;
  const clock = stopwatch();
  const meter = meterOf(work.onProgress);
  const ranked = await rankContexts(work.prompt, settings, work.scorer, meter, signal);
  const { prompt } = ranked;
  const rankMs = clock();
  const tokens = await flatPrompt(prompt, settings, source.unitsOf(meter));
  const coarseMs = clock();
  const job = openDraft({ ...ranked, tokens, settings, counter, signal, meter });
  const size = auto === undefined ? undefined : await densest(job, tokens, original, auto);
  const aim = size?.target ?? target;
  const found = await fitFlat(job, tokens, { original, target: aim });
  const fitMs = clock();
  const times = { rankMs, tokenizeMs: 0, coarseMs, fineMs: 0, fitMs };
  return {
    prompt,
    scorer: source.name,
    targetTokens: aim,
    ...(size && { auto: size.estimate }),
    outcome: {
      text: found.text,
      spans: found.spans,
      tokens: {
        offsets: tokens.offsets,
        surprisals: Float32Array.from(tokens.scores, (score) =>
          Number.isFinite(score) ? score : Number.NaN,
        ),
        kept: found.kept,
      },
      surprisals: prompt.parts.map(() => Number.NaN),
      sentences: [] as Span[],
      timings: { ...times, totalMs: rankMs + coarseMs + fitMs, scoredTokens: meter.scored },
    },
  };
}

/** `rate: "auto"`: the densest pieces that hold enough of the summed score times length. */
async function densest(
  job: Draft,
  { offsets, scores }: FlatPrompt,
  original: number,
  { information = AUTO.information, floor = AUTO.floor, questionLoss }: AutoRate,
): Promise<{ readonly target: number; readonly estimate: AutoEstimate }> {
  const { tiers, breaks } = job;
  if (questionLoss !== undefined) {
    throw new LlmlinguaError(
      "invalid-option",
      "auto.questionLoss needs a method that reads the question: llmlingua or longllmlingua.",
    );
  }
  const units = [...scores.keys()].filter((t) => tiers[t] !== TIER.fixed && breaks[t] < 0);
  const lengths = units.map((t) => offsets[t + 1] - offsets[t]);
  const mass = units.map((t, i) => Math.max(0, scores[t]) * lengths[i]);
  const share = smallestShare(mass, lengths, information);
  const all = offsets[offsets.length - 1];
  const aside = all - share.total;
  const rate = Math.min(1, Math.max(floor, (aside + share.kept) / Math.max(1, all)));
  const target = Math.max(1, Math.round(rate * original), await fixedTokens(job));
  return { target, estimate: { rate: target / original, information: share.information } };
}

/** Selective-Context over a causal scorer. */
export function selectiveSource(
  scorer: TokenScorer,
  { unit, unitScore }: Settings,
  signal: AbortSignal | undefined,
): FlatSource {
  const level = unit === "phrase" || unit === "sentence" || unit === "token" ? unit : undefined;
  if (level === undefined) {
    throw new LlmlinguaError(
      "invalid-option",
      `unit is "${unit}"; selective-context takes phrase, sentence or token.`,
    );
  }
  if (unitScore === "max") {
    throw new LlmlinguaError(
      "invalid-option",
      'unitScore is "max"; selective-context takes mean or sum.',
    );
  }
  return {
    name: scorer.name,
    unitsOf: (meter) => async (text, spans) => {
      let reported = 0;
      return selectiveUnits(text, {
        scorer,
        level,
        spans,
        phraseScore: unitScore,
        signal,
        onProgress(done) {
          meter.expect("coarse", meter.scored + done - reported);
          meter.add("coarse", done - reported);
          reported = done;
        },
      });
    },
  };
}

/** LLMLingua-2 over a token classifier. */
export function classifierSource(
  classifier: TokenClassifier,
  { wordRules }: Settings,
  signal: AbortSignal | undefined,
): FlatSource {
  return {
    name: classifier.name,
    unitsOf: (meter) => async (text, spans) => {
      let reported = 0;
      return llmlingua2Units(text, spans, classifier, {
        ...wordRules,
        signal,
        onProgress(done) {
          meter.expect("coarse", meter.scored + done - reported);
          meter.add("coarse", done - reported);
          reported = done;
        },
      });
    },
  };
}
