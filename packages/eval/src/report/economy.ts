/**
 * From what was measured to what it costs and saves. Pure.
 *
 * A condition is compared with the base over the items that both answered: one that failed or is
 * missing under either counts on neither side. Each request compresses its own prompt: where items share one, which
 * was compressed once, each of them is charged all of it.
 *
 * @module
 */

import type { Prices } from "../run/budget.js";
import type { ResultRecord } from "../run/types.js";
import { type Assumptions, type Economy, savingOf, type Use } from "./break-even.js";
import { billedOf } from "./condition.js";
import { meanOf } from "./estimates.js";
import { type Latency, latencyOf, type TimedItem } from "./latency.js";
import type { Condition } from "./records.js";
import type { Unit } from "./types.js";

/** One item under the base and under the condition. */
interface Both {
  readonly key: string;
  readonly before: ResultRecord;
  readonly after: ResultRecord;
}

/** By what is reckoned. */
export interface Reckoning {
  /** What intervals resample. */
  readonly unit: Unit;
  readonly prices?: Prices;
  readonly assumptions: Assumptions;
}

/** One for each condition with a size and answers; without usage or times the part is absent. */
export function economiesOf(
  conditions: readonly Condition[],
  base: Condition | undefined,
  reckoning: Reckoning,
): Economy[] {
  if (base === undefined) return [];
  return conditions
    .filter(({ size, answered }) => size !== undefined && answered.size > 0)
    .map((condition) => economyOf(condition, base, reckoning));
}

function economyOf(
  condition: Condition,
  base: Condition,
  { unit, prices, assumptions }: Reckoning,
): Economy {
  const shared = bothOf(condition, base);
  const billed = shared.filter(({ before, after }) => before.usage && after.usage);
  const use = usesOf(billed, assumptions);
  const times = billed.flatMap(({ after }) => after.compressMs ?? []);
  const compressMs = times.length > 0 ? meanOf(times) : 0;
  const time = (compressMs * (assumptions.hour ?? 0)) / 3.6e6;
  const saving = use && prices && savingOf(use.full, use.compressed, prices, time);
  const latency = latencyIn(shared, unit);
  const counted = use ? billed : shared;
  return {
    condition: condition.name,
    items: counted.length,
    ...(counted.length > 0 && {
      savedTokens: meanOf(counted.map(({ after }) => after.originalTokens - after.tokens)),
    }),
    ...(use && { use }),
    ...(saving && { saving }),
    ...(latency && { latency }),
  };
}

function bothOf(condition: Condition, base: Condition): Both[] {
  return [...condition.answered].flatMap(([key, after]) => {
    const before = base.answered.get(key);
    return before === undefined ? [] : [{ key, before, after }];
  });
}

function usesOf(billed: readonly Both[], assumptions: Assumptions): Economy["use"] {
  const { cachedShare, compressedCachedShare } = assumptions;
  const full = useOf(
    billed.map(({ before }) => before),
    cachedShare,
  );
  const compressed = useOf(
    billed.map(({ after }) => after),
    compressedCachedShare,
  );
  return full && compressed && { full, compressed };
}

function useOf(records: readonly ResultRecord[], cachedShare?: number): Use | undefined {
  const { billed } = billedOf(records);
  if (billed === undefined) return undefined;
  const { promptTokens, cachedTokens, completionTokens } = billed;
  const measured = promptTokens > 0 ? cachedTokens / promptTokens : 0;
  return { promptTokens, cachedShare: cachedShare ?? measured, completionTokens };
}

/** Over the items whose answers were timed under both, and whose prompt was. */
function latencyIn(shared: readonly Both[], unit: Unit): Latency | undefined {
  const timed = shared.flatMap(({ key, before, after }): TimedItem[] => {
    const { group, compressMs, answerMs: compressedMs } = after;
    const fullMs = before.answerMs;
    if (fullMs === undefined || compressedMs === undefined || compressMs === undefined) return [];
    return [{ key, group, compressMs, fullMs, compressedMs }];
  });
  return latencyOf(timed, unit);
}
