/**
 * Draws a target's answers to prompts in turn, within a cap.
 *
 * @module
 */
import { costOf, createPurse, type Purse } from "@llmlingua/eval/cli-kit";
import { throwIfAborted } from "../errors.js";
import type { Message, Pair } from "../pairs/types.js";
import { mostUsage, usageOf } from "../pairs/usage.js";
import type { MeasureOptions } from "./held-out.js";
import type { Money } from "./money.js";
import type { Sampler } from "./sample.js";
import type { Sampled, Unusable } from "./sampled.js";

export interface DrawOptions extends MeasureOptions {
  /** How many answers are drawn, over the prompts in turn. */
  readonly samples: number;
  readonly maxNewTokens: number;
  /** Of the first sample; the others count up. */
  readonly seed: number;
  /** Answers asked for at once. */
  readonly concurrency: number;
  /** Absent = nothing is counted, and there is no cap. */
  readonly money?: Money;
  /** Tokens of a text, where the server does not say. */
  count(text: string): number;
}

/** One answer, and what it is to. */
export interface Draw {
  readonly pair: Pair;
  readonly seed: number;
  readonly sampled: Sampled;
}

/** What was drawn, in order, and how many could not be used, by reason. */
export interface Drawn {
  readonly samples: readonly Draw[];
  readonly leftOut: ReadonlyMap<string, number>;
}

const WORDS = {
  empty: "empty answers",
  "other-text": "tokens that spell another text than the answer",
} as const;

/** The reason of samples that were not asked for. */
export const CAP_REACHED = "not drawn, for the spending cap was reached";

/**
 * @returns `no-logprobs` where the target gives none
 * @throws EvaluationError `target-failed`, `target-unfit`, `aborted`
 */
export async function drawSamples(
  sampler: Sampler,
  pairs: readonly Pair[],
  options: DrawOptions,
): Promise<Drawn | "no-logprobs"> {
  const { samples: wanted, concurrency, money } = options;
  const state: State = { at: 0, done: 0, end: undefined, samples: [], leftOut: new Map() };
  const purse = createPurse(money?.left());
  const worker = async () => {
    try {
      while (state.at < wanted && state.end === undefined) {
        await drawNext(state, sampler, pairs, options, purse);
      }
    } catch (error) {
      // It ends the others too, after what they have under way.
      state.end = "broken";
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  money?.book(purse.spent);
  const broken = ends.find((end) => end.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  if (state.end === "no-logprobs") return state.end;
  if (state.end === "cap") {
    money?.markReached();
    state.leftOut.set(CAP_REACHED, wanted - state.done);
  }
  const { samples, leftOut } = state;
  return { samples: samples.filter((one) => one !== undefined), leftOut };
}

/** Where the drawing is; workers share it. */
interface State {
  /** Of the next sample. */
  at: number;
  done: number;
  /** Why nothing further is asked. */
  end: "no-logprobs" | "cap" | "broken" | undefined;
  readonly samples: (Draw | undefined)[];
  readonly leftOut: Map<string, number>;
}

async function drawNext(
  state: State,
  sampler: Sampler,
  pairs: readonly Pair[],
  options: DrawOptions,
  purse: Purse,
): Promise<void> {
  throwIfAborted(options.signal);
  const index = state.at++;
  const [pair, seed] = [pairs[index % pairs.length], options.seed + index];
  const sampled = await paidSample(sampler, pair.messages, seed, options, purse);
  if (sampled === undefined) {
    state.end ??= "cap";
    return;
  }
  if ("text" in sampled) state.samples[index] = { pair, seed, sampled };
  else if (sampled.why === "no-logprobs") state.end = "no-logprobs";
  else add(state.leftOut, WORDS[sampled.why]);
  state.done++;
  options.onProgress?.(state.done, options.samples);
}

/** Counts one more of a reason. */
export function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Asks within the purse; undefined where it would not do. */
async function paidSample(
  sampler: Sampler,
  messages: readonly Message[],
  seed: number,
  { maxNewTokens, money, count, signal }: DrawOptions,
  purse: Purse,
): Promise<Sampled | Unusable | undefined> {
  const asked = { maxNewTokens, seed, signal };
  if (money === undefined) return sampler.sample(messages, asked);
  const { prices } = money;
  const most = mostUsage(usageOf(messages, maxNewTokens, count));
  const taken = purse.reserve(costOf(most, prices));
  if (taken === undefined) return undefined;
  let cost = 0;
  try {
    const sampled = await sampler.sample(messages, asked);
    const tokens = "text" in sampled ? sampled.tokens : maxNewTokens;
    cost = costOf(sampled.usage ?? usageOf(messages, tokens, count), prices);
    return sampled;
  } finally {
    purse.settle(taken, cost);
  }
}
