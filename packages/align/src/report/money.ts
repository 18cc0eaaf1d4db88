/**
 * What a report may cost: one cap for the task's two runs and the samples together.
 *
 * @module
 */
import type { Prices } from "@llmlingua/eval";

/** Prices, and what is left to spend. */
export interface Money {
  readonly prices: Prices;
  /** In USD, work of earlier calls in the same folder counted. */
  readonly spent: number;
  /** In USD, at least 0; undefined where there is no cap. */
  left(): number | undefined;
  /** Takes what a part of the report has cost, in USD. */
  book(cost: number): void;
  /** Whether the cap kept something from being asked. */
  readonly isReached: boolean;
  markReached(): void;
}

/** @param cap - in USD; absent = no cap */
export function createMoney(prices: Prices, cap?: number): Money {
  let [spent, isReached] = [0, false];
  return {
    prices,
    get spent() {
      return spent;
    },
    left: () => (cap === undefined ? undefined : Math.max(0, cap - spent)),
    book(cost) {
      spent += cost;
    },
    get isReached() {
      return isReached;
    },
    markReached() {
      isReached = true;
    },
  };
}
