/**
 * Drops whole contexts and orders the rest, as the reference's context filter does.
 *
 * LLMLingua §4.1, Algorithm 1; LongLLMLingua §4.3 (order) and §4.2 (rate per document). Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { ReorderContext } from "./types.js";

export interface ContextFilterInput {
  /** Context indexes, best first. */
  readonly ranked: readonly number[];
  /** Tokens of each context. */
  readonly lengths: readonly number[];
  /** May be fractional; a negative one counts as 100. */
  readonly targetToken: number;
  readonly contextBudget: string;
  readonly forceContextIds: readonly number[];
  readonly forceContextNumber?: number;
  readonly reorderContext: ReorderContext;
  /** δ; 0 gives every context the same rate. */
  readonly dynamicRatio: number;
}

export interface KeptContexts {
  /** Context indexes in output order. */
  readonly indexes: readonly number[];
  /** What each adds to the common rate; same order and length. */
  readonly dynamicRatio: readonly number[];
}

/**
 * Keeps forced contexts, then the best until their lengths exceed the budget; the one that exceeds
 * it stays too. A forced context costs its length only when the walk reaches it.
 *
 * @throws LlmlinguaError `invalid-option` for a budget expression or forced index that means nothing
 */
export function filterContexts(input: ContextFilterInput): KeptContexts {
  const { lengths, forceContextNumber } = input;
  for (const index of input.forceContextIds) {
    if (!Number.isInteger(index) || index < 0 || index >= lengths.length) {
      throw new LlmlinguaError(
        "invalid-option",
        `forceContextIds names context ${index}; there are contexts 0 to ${lengths.length - 1}.`,
      );
    }
  }
  const target = input.targetToken < 0 ? 100 : input.targetToken;
  let budget = applyContextBudget(target, input.contextBudget);
  const used = [...input.forceContextIds];
  const seen = new Set(used);
  for (const index of input.ranked) {
    budget -= lengths[index];
    if (!seen.has(index)) used.push(index);
    seen.add(index);
    if (budget < 0 || (forceContextNumber !== undefined && forceContextNumber <= 0)) break;
  }
  const indexes = arrange(used, input.reorderContext);
  const added = new Map(
    used.map((index, place) => [index, bonus(place, used, input.dynamicRatio)]),
  );
  return { indexes, dynamicRatio: indexes.map((index) => added.get(index) ?? 0) };
}

/**
 * A target with an operator and a number applied, such as `+100` or `*1.5`; an empty expression
 * changes nothing. The reference evaluates it as Python; here only `+ - * /` are read.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function applyContextBudget(target: number, expression: string): number {
  const trimmed = expression.trim();
  if (trimmed === "") return target;
  const match = /^([-+*/])\s*(\d+(?:\.\d*)?|\.\d+)$/.exec(trimmed);
  const operand = Number(match?.[2]);
  const budget = match ? operate(target, match[1], operand) : Number.NaN;
  if (!Number.isFinite(budget)) {
    throw new LlmlinguaError(
      "invalid-option",
      `contextBudget "${expression}" is not a budget: write one of + - * / and a number, such as "+100" or "*1.5".`,
    );
  }
  return budget;
}

function operate(target: number, operator: string, operand: number): number {
  if (operator === "+") return target + operand;
  if (operator === "-") return target - operand;
  return operator === "*" ? target * operand : target / operand;
}

function arrange(used: readonly number[], order: ReorderContext): number[] {
  if (order === "original") return [...used].sort((a, b) => a - b);
  if (order !== "two_stage") return [...used];
  const even = used.filter((_, place) => place % 2 === 0);
  const odd = used.filter((_, place) => place % 2 === 1);
  return [...even, ...odd.reverse()];
}

/** δ for the first, −δ for the last, in equal steps between. */
function bonus(place: number, used: readonly number[], delta: number): number {
  const steps = used.length - 1;
  return delta > 0 && steps > 0 ? (steps - 2 * place) * (delta / steps) : 0;
}
