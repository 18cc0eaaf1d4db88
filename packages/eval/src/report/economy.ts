/**
 * From what was measured to what it costs and saves. Pure.
 *
 * A condition is compared with the base over the items that both answered: one that failed or is
 * missing under either counts on neither side.
 *
 * @module
 */

import type { Prices } from "../run/budget.js";
import type { ResultRecord } from "../run/types.js";
import {
  type Assumptions,
  type Economy,
  type Latency,
  latencyOf,
  savingOf,
  type Use,
} from "./break-even.js";
import { billedOf, timesOf } from "./condition.js";
import { meanOf } from "./estimates.js";
import type { Condition } from "./records.js";

/** One item under the base and under the condition. */
interface Both {
  readonly before: ResultRecord;
  readonly after: ResultRecord;
}

/** One for each condition with a size and answers; without usage or times the part is absent. */
export function economiesOf(
  conditions: readonly Condition[],
  base: Condition | undefined,
  prices: Prices | undefined,
  assumptions: Assumptions = {},
): Economy[] {
  if (base === undefined) return [];
  return conditions
    .filter(({ size, answered }) => size !== undefined && answered.size > 0)
    .map((condition) => economyOf(condition, base, prices, assumptions));
}

function economyOf(
  condition: Condition,
  base: Condition,
  prices: Prices | undefined,
  assumptions: Assumptions,
): Economy {
  const shared = bothOf(condition, base);
  const billed = shared.filter(({ before, after }) => before.usage && after.usage);
  const use = usesOf(billed, assumptions);
  const { compressMs = 0 } = timesOf(billed.map(({ after }) => after));
  const time = (compressMs * (assumptions.hour ?? 0)) / 3.6e6;
  const saving = use && prices && savingOf(use.full, use.compressed, prices, time);
  const latency = latencyIn(shared);
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
    return before === undefined ? [] : [{ before, after }];
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

/** Over the items whose answers were timed under both. */
function latencyIn(shared: readonly Both[]): Latency | undefined {
  const timed = shared.filter(
    ({ before, after }) => before.answerMs !== undefined && after.answerMs !== undefined,
  );
  const full = timesOf(timed.map(({ before }) => before)).answerMs;
  const { compressMs, answerMs } = timesOf(timed.map(({ after }) => after));
  if (full === undefined || answerMs === undefined || compressMs === undefined) return undefined;
  return latencyOf(compressMs, full.mean, answerMs.mean);
}
