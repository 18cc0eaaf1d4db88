/**
 * Which conditions are compared, and by how much they differ. Pure.
 *
 * @module
 */
import { holm } from "../stats/index.js";
import { samplesOf } from "./condition.js";
import { differenceOf } from "./estimates.js";
import { isAboveSize } from "./off-size.js";
import type { Condition } from "./records.js";
import type { Against, ConditionSummary, Pair } from "./summary-types.js";
import type { MethodInfo, Unit } from "./types.js";

/** Who is compared with whom, by what. */
export interface Plan {
  readonly conditions: readonly Condition[];
  readonly summaries: readonly ConditionSummary[];
  readonly methods: readonly MethodInfo[];
  readonly baselines: readonly string[];
  readonly base?: string;
  /** Metrics, and `nll` where there is any. */
  readonly measures: readonly string[];
  readonly unit: Unit;
}

/** In the order of the conditions, then base, control, the method it ablates, best baseline; `pHolm` by measure. */
export function pairsOf(plan: Plan): Pair[] {
  const pairs = plan.measures.flatMap((measure) => {
    const planned = plan.conditions.flatMap((condition) => plannedOf(condition, measure, plan));
    const mostFlips = flipsFor(planned.length);
    return withHolm(planned.flatMap((one) => pairOf(one, measure, plan.unit, mostFlips)));
  });
  const order = new Map(plan.conditions.map(({ name }, i) => [name, i]));
  const place = ({ condition }: Pair) => order.get(condition) ?? 0;
  return pairs.sort((a, b) => place(a) - place(b));
}

/** Sign patterns by row of a measure, and at most. */
export const FLIPS = { byRow: 200, most: 200_000 } as const;

/** So many that the smallest p there can be is small after Holm over so many rows, too. */
export function flipsFor(rows: number): number {
  return Math.min(FLIPS.most, Math.max(10_000, FLIPS.byRow * rows));
}

/** One comparison that there will be. */
interface Planned {
  readonly role: Against;
  readonly condition: Condition;
  readonly other: Condition;
}

function plannedOf(condition: Condition, measure: string, plan: Plan): Planned[] {
  return opponents(condition, measure, plan).flatMap(([role, against]) => {
    const other = plan.conditions.find(({ name }) => name === against);
    return other === undefined || other === condition ? [] : [{ role, condition, other }];
  });
}

function pairOf(
  { role, condition, other }: Planned,
  measure: string,
  unit: Unit,
  mostFlips: number,
): Pair[] {
  const [first, second] = [condition, other].map(({ answered }) => samplesOf(answered, measure));
  const difference = differenceOf(first, second, unit, { mostFlips });
  if (difference === undefined) return [];
  return [{ condition: condition.name, against: other.name, role, measure, difference }];
}

function opponents(
  { name: condition, method, size }: Condition,
  measure: string,
  plan: Plan,
): (readonly [Against, string])[] {
  const { base, methods, baselines, summaries } = plan;
  const found: (readonly [Against, string])[] = [];
  if (base !== undefined) found.push(["base", base]);
  if (size === undefined) return found;
  const sameSize = summaries.filter((other) => other.size === size);
  const own = methods.find(({ name }) => name === method);
  const named = [
    ["control", own?.control],
    ["ablated", own?.ablates],
  ] as const;
  for (const [role, name] of named) {
    const other = sameSize.find((one) => one.method === name);
    if (other) found.push([role, other.condition]);
  }
  const isControl = methods.some((other) => other.control === method);
  if (baselines.includes(method) || isControl) return found;
  // One that kept more than it may is no match, on neither side.
  const matched = sameSize.filter((other) => !isAboveSize(other));
  if (!matched.some((other) => other.condition === condition)) return found;
  const best = bestOf(
    matched.filter((other) => baselines.includes(other.method)),
    measure,
  );
  if (best) found.push(["best-baseline", best.condition]);
  return found;
}

/** Highest mean, of `nll` the lowest; ties go to the first. */
function bestOf(candidates: readonly ConditionSummary[], measure: string) {
  let best: ConditionSummary | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const estimate = measure === "nll" ? candidate.nll : candidate.scores[measure];
    if (estimate === undefined) continue;
    const goodness = measure === "nll" ? -estimate.mean : estimate.mean;
    if (goodness > most) [best, most] = [candidate, goodness];
  }
  return best;
}

function withHolm(pairs: readonly Pair[]): Pair[] {
  const tested = pairs.flatMap(({ difference: { p } }) => (p === undefined ? [] : [p]));
  const adjusted = holm(tested).values();
  return pairs.map((pair) => {
    if (pair.difference.p === undefined) return pair;
    return { ...pair, difference: { ...pair.difference, pHolm: adjusted.next().value } };
  });
}
