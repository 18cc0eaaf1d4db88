/**
 * From what was measured to what it costs and saves. Pure.
 *
 * @module
 */

import type { Prices } from "../run/budget.js";
import { type Assumptions, type Economy, latencyOf, savingOf, type Use } from "./break-even.js";
import type { ConditionSummary } from "./summary-types.js";

/** One for each condition but the base; without usage or times the part is absent. */
export function economiesOf(
  conditions: readonly ConditionSummary[],
  base: ConditionSummary | undefined,
  prices: Prices | undefined,
  assumptions: Assumptions = {},
): Economy[] {
  if (base === undefined) return [];
  const full = useOf(base, assumptions.cachedShare);
  const sized = conditions.filter(({ size, items }) => size !== undefined && items > 0);
  return sized.map((condition) => {
    const compressed = useOf(condition, assumptions.compressedCachedShare);
    const { compressMs = 0 } = condition;
    const time = (compressMs * (assumptions.hour ?? 0)) / 3.6e6;
    const use = full && compressed && { full, compressed };
    const saving = use && prices && savingOf(use.full, use.compressed, prices, time);
    const latency =
      base.answerMs && condition.answerMs && condition.compressMs !== undefined
        ? latencyOf(condition.compressMs, base.answerMs.mean, condition.answerMs.mean)
        : undefined;
    return {
      condition: condition.condition,
      ...(use && { use }),
      ...(saving && { saving }),
      ...(latency && { latency }),
    };
  });
}

function useOf({ billed }: ConditionSummary, cachedShare?: number): Use | undefined {
  if (billed === undefined) return undefined;
  const { promptTokens, cachedTokens, completionTokens } = billed;
  const measured = promptTokens > 0 ? cachedTokens / promptTokens : 0;
  return { promptTokens, cachedShare: cachedShare ?? measured, completionTokens };
}
