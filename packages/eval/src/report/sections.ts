/**
 * How conditions are grouped: full-shot, zero-shot, then one section a size, as in the papers. Pure.
 *
 * @module
 */
import { grouped } from "./records.js";
import type { ConditionSummary } from "./summary-types.js";

const TITLES: Readonly<Record<string, string>> = { full: "Full-shot", zero: "Zero-shot" };

export interface ConditionSection {
  readonly title: string;
  readonly size?: string;
  readonly conditions: readonly ConditionSummary[];
}

/** In the order the conditions are in. */
export function sectionsOf(conditions: readonly ConditionSummary[]): ConditionSection[] {
  const sections = grouped(conditions, ({ size, condition }) => size ?? `\u0000${condition}`);
  return [...sections.values()].map((members) => {
    const [{ size, method, title }] = members;
    if (size === undefined) return { title: TITLES[method] ?? title, conditions: members };
    return { title: sizeTitle(size), size, conditions: members };
  });
}

/** Those with a size only. */
export function sizeSections(conditions: readonly ConditionSummary[]): ConditionSection[] {
  return sectionsOf(conditions.filter(({ size }) => size !== undefined));
}

/** `4x constraint`, `442-token constraint`. */
export function sizeTitle(size: string): string {
  return /^\d+$/.test(size) ? `${size}-token constraint` : `${size} constraint`;
}
