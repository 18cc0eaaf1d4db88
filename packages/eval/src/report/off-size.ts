/**
 * Conditions whose size is not the one asked for: marked in the tables, and no match for those that keep to it. Pure.
 *
 * @module
 */
import { count, percent } from "./format.js";
import type { ConditionSummary } from "./summary-types.js";

/** Sizes are matched within this share of the size asked for. */
const MATCHED = 0.02;

/** Behind names in tables. */
export const OFF_MARK = "‡";

type Sized = Pick<ConditionSummary, "tokens" | "asked">;

/** How far the mean size is above (> 0) or below the size asked for, as a share of it; undefined where either is not known. */
export function missOf({ tokens, asked = 0 }: Sized): number | undefined {
  return tokens === undefined || asked <= 0 ? undefined : tokens / asked - 1;
}

export function isOffSize(condition: Sized): boolean {
  return Math.abs(missOf(condition) ?? 0) > MATCHED;
}

export function isAboveSize(condition: Sized): boolean {
  return (missOf(condition) ?? 0) > MATCHED;
}

/** A condition's name as tables have it. */
export function markedName(conditions: readonly ConditionSummary[]): (condition: string) => string {
  const off = new Set(conditions.filter(isOffSize).map(({ condition }) => condition));
  return (condition) => (off.has(condition) ? `${condition} ${OFF_MARK}` : condition);
}

/** What the mark means, and of whom; none where all sizes are as asked for. */
export function offSizeNote(conditions: readonly ConditionSummary[]): string[] {
  const off = conditions.filter(isOffSize);
  if (off.length === 0) return [];
  const parts = off.map((one) => {
    const miss = missOf(one) ?? 0;
    const side = miss > 0 ? "above" : "below";
    return `${one.condition} ${percent(Math.abs(miss))} ${side} (${count(one.tokens)} for ${count(one.asked)})`;
  });
  const left = off.some(isAboveSize)
    ? " Those above are in no comparison with the best baseline of the same size."
    : "";
  return [
    `${OFF_MARK} Mean tokens more than ${percent(MATCHED)} off the size asked for: ${parts.join(", ")}.${left}`,
  ];
}
