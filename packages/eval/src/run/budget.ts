/**
 * What a run costs: prices, an estimate before it starts, and a cap while it runs. Pure.
 *
 * @module
 */
import type { Usage } from "../targets/types.js";

/** In USD per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  /** Of prompt tokens read from the provider's cache; default `input`. */
  readonly cachedInput?: number;
}

/** In USD. */
export function costOf(usage: Usage, { input, output, cachedInput = input }: Prices): number {
  const { promptTokens, completionTokens, cachedTokens } = usage;
  const fresh = promptTokens - cachedTokens;
  return (fresh * input + cachedTokens * cachedInput + completionTokens * output) / 1e6;
}

/**
 * Money that may be spent. A question is paid for before it is sent, as dear as it can become or as the
 * dearest so far was (a server may add tokens of its own).
 */
export interface Purse {
  /** In USD, of questions that ended. */
  readonly spent: number;
  /** Takes what a question may cost and returns it; undefined where that would pass the cap. */
  reserve(most: number): number | undefined;
  /** Gives back a reservation and books what it really cost. */
  settle(reserved: number, cost: number): void;
}

/**
 * @param cap - in USD; absent = no cap
 * @param before - costs of questions of earlier calls of the same run
 */
export function createPurse(cap?: number, before: readonly number[] = []): Purse {
  let spent = before.reduce((sum, cost) => sum + cost, 0);
  let reserved = 0;
  let dearest = before.reduce((most, cost) => Math.max(most, cost), 0);
  return {
    get spent() {
      return spent;
    },
    reserve(most) {
      const taken = Math.max(most, dearest);
      if (cap !== undefined && spent + reserved + taken > cap) return undefined;
      reserved += taken;
      return taken;
    },
    settle(taken, cost) {
      reserved -= taken;
      spent += cost;
      dearest = Math.max(dearest, cost);
    },
  };
}
