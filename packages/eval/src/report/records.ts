/**
 * Records by condition and item. Pure.
 *
 * @module
 */
import type { PromptRecord, ResultRecord } from "../run/types.js";
import type { MethodInfo } from "./types.js";

/** All that was recorded under one condition. */
export interface Condition {
  readonly name: string;
  readonly method: string;
  readonly size?: string;
  /** By `keyOf`, in the order of the run. */
  readonly answered: ReadonlyMap<string, ResultRecord>;
  readonly failed: readonly ResultRecord[];
  /** Why prompts are absent, each reason once. */
  readonly unfit: readonly string[];
}

/** Tokens that a size asks for, by condition and group. */
export type SizesAsked = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Of prompts that say so; a size in tokens says so itself. */
export function sizesAsked(prompts: readonly PromptRecord[]): SizesAsked {
  const asked = new Map<string, Map<string, number>>();
  for (const { condition, group, size = "", sizeTokens } of prompts) {
    const tokens = sizeTokens ?? (/^\d+$/.test(size) ? Number(size) : undefined);
    if (tokens === undefined) continue;
    asked.set(condition, (asked.get(condition) ?? new Map()).set(group, tokens));
  }
  return asked;
}

/** An item in all conditions. */
export function keyOf({ group, id }: Pick<ResultRecord, "group" | "id">): string {
  return `${group}\u0000${id}`;
}

/** Without a size first, then from the loosest size to the tightest, methods in the order given. */
export function conditionsOf(
  prompts: readonly PromptRecord[],
  results: readonly ResultRecord[],
  methods: readonly MethodInfo[],
): Condition[] {
  const places = new Map(methods.map(({ name }, i) => [name, i]));
  const place = (method: string) => places.get(method) ?? methods.length;
  const names = new Map([...prompts, ...results].map((record) => [record.condition, record]));
  const byCondition = grouped(results, ({ condition }) => condition);
  const unfit = grouped(
    prompts.filter(({ prompt }) => prompt === undefined),
    ({ condition }) => condition,
  );
  return [...names.values()]
    .map(({ condition, method, size }) => ({
      name: condition,
      method,
      ...(size !== undefined && { size }),
      ...settled(byCondition.get(condition) ?? []),
      unfit: [...new Set((unfit.get(condition) ?? []).map(({ why }) => why ?? "no reason given"))],
    }))
    .sort((a, b) => tightness(a.size) - tightness(b.size) || place(a.method) - place(b.method));
}

/** Values by key, keys in the order they come. */
export function grouped<T>(values: Iterable<T>, keyFrom: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyFrom(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** A resumed run tries failed items again and writes further lines: the last answer counts. */
function settled(records: readonly ResultRecord[]): Pick<Condition, "answered" | "failed"> {
  const answered = new Map<string, ResultRecord>();
  const failed = new Map<string, ResultRecord>();
  for (const record of records) {
    (record.failed === undefined ? answered : failed).set(keyOf(record), record);
  }
  for (const key of answered.keys()) failed.delete(key);
  return { answered, failed: [...failed.values()] };
}

/** Orders `2x` before `4x`, and `442` before `221`. */
function tightness(size: string | undefined): number {
  if (size === undefined) return Number.NEGATIVE_INFINITY;
  const value = Number.parseFloat(size);
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return size.endsWith("x") ? value : -value;
}
