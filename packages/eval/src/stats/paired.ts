/**
 * Two methods on the same items: how far apart they are, and whether that could be chance. Pure.
 *
 * @module
 */
import { type BootstrapOptions, bootstrapMean, type Interval } from "./bootstrap.js";
import { type SignFlipOptions, signFlipP } from "./sign-flip.js";

/** One item's score under one method. */
export interface ScoredItem {
  /** Unique within a method. */
  readonly id: string;
  readonly value: number;
  /** Items of one group share a prompt, so they are drawn together; default each its own. */
  readonly group?: string;
}

/** The first method less the second. */
export interface PairedDifference {
  /** Mean difference with its interval, over items that both have; absent where there are none. */
  readonly difference?: Interval;
  /** Two-sided p-value of the difference, by flipping signs; 1 where there are no pairs. */
  readonly p: number;
  readonly pairs: number;
  /** Items of either method that the other one lacks; they count in nothing. */
  readonly unpaired: { readonly first: number; readonly second: number };
}

/** Options of both procedures; groups are those of the items. */
export type PairedOptions = Omit<BootstrapOptions & SignFlipOptions, "groups">;

/**
 * Compares two methods item by item.
 *
 * Swapping them negates the difference and leaves p as it is: pairs are taken in the order of ids.
 */
export function pairedDifference(
  first: readonly ScoredItem[],
  second: readonly ScoredItem[],
  options: PairedOptions = {},
): PairedDifference {
  const pairs = pairsOf(first, second);
  const differences = pairs.map(([a, b]) => a.value - b.value);
  const groups = pairs.map(([a, b]) => groupOf(a, b));
  const unpaired = { first: first.length - pairs.length, second: second.length - pairs.length };
  return {
    difference: bootstrapMean(differences, { ...options, groups }),
    p: signFlipP(differences, { ...options, groups }),
    pairs: pairs.length,
    unpaired,
  };
}

type Pair = readonly [ScoredItem, ScoredItem];

function pairsOf(first: readonly ScoredItem[], second: readonly ScoredItem[]): Pair[] {
  const partners = new Map(second.map((item) => [item.id, item]));
  return first
    .flatMap((item): Pair[] => {
      const partner = partners.get(item.id);
      return partner === undefined ? [] : [[item, partner]];
    })
    .sort(([a], [b]) => (a.id < b.id ? -1 : 1));
}

/** A group and an item of one name are two clusters. */
function groupOf({ id, group }: ScoredItem, partner: ScoredItem): string {
  const shared = group ?? partner.group;
  return shared === undefined ? `item ${id}` : `group ${shared}`;
}
