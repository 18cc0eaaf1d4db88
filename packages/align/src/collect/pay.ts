/**
 * One question: within the purse, its failure told apart from that of this program.
 *
 * @module
 */
import { type Answer, EvaluationError, type Target } from "@llmlingua/eval";
import { costOf, type Prices, type Purse } from "@llmlingua/eval/cli-kit";
import { type Message, mostUsage, usageOf } from "../pairs/index.js";

/** Who is asked, and what that may cost. */
export interface Asking {
  readonly target: Target;
  readonly prices?: Prices;
  readonly purse: Purse;
  /** Tokens of a text, as a guess before the target says. */
  count(text: string): number;
  readonly signal?: AbortSignal;
}

export interface AskedHow {
  readonly maxNewTokens: number;
  readonly temperature: number;
}

/** What came of a question. */
export type Outcome =
  | { readonly answer: Answer; readonly failed?: never; readonly cost?: number }
  | {
      readonly answer?: never;
      /** Why. */
      readonly failed: string;
      /** Whether the target itself failed, rather than could not do this one. */
      readonly isDown: boolean;
      readonly cost?: never;
    };

/** Asks `messages`; undefined where the purse would not do. */
export async function paidAnswer(
  messages: readonly Message[],
  how: AskedHow,
  asking: Asking,
): Promise<Outcome | undefined> {
  const { target, prices, purse, signal } = asking;
  const most = prices === undefined ? 0 : mostCost(messages, how, { ...asking, prices });
  const taken = purse.reserve(most);
  if (taken === undefined) return undefined;
  let cost = 0;
  try {
    const prompt = messages.at(-1)?.content ?? "";
    const history = messages.slice(0, -1);
    const answer = await target.generate?.(prompt, { ...how, stop: [], history, signal });
    if (answer === undefined) throw new Error(`${target.name} cannot generate.`);
    // What came from the disk cache costs nothing.
    if (prices !== undefined && answer.ms !== undefined) cost = costOf(answer.usage, prices);
    return { answer, ...(prices !== undefined && { cost }) };
  } catch (error) {
    if (signal?.aborted || !isOfTarget(error)) throw error;
    return { failed: error.message, isDown: error.code === "target-failed" };
  } finally {
    purse.settle(taken, cost);
  }
}

/** In USD; the answer may be as long as is allowed. */
export function mostCost(
  messages: readonly Message[],
  { maxNewTokens }: Pick<AskedHow, "maxNewTokens">,
  { count, prices }: Pick<Asking, "count"> & { readonly prices: Prices },
): number {
  return costOf(mostUsage(usageOf(messages, maxNewTokens, count)), prices);
}

function isOfTarget(error: unknown): error is EvaluationError {
  if (!(error instanceof EvaluationError)) return false;
  return error.code === "target-failed" || error.code === "target-unfit";
}
