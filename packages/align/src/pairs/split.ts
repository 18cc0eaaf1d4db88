/**
 * Which pairs are held out. Pure: by group and seed, whatever the order of the file.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AlignmentError } from "../errors.js";
import { groupOf } from "./id.js";
import type { Pair } from "./types.js";

export interface SplitOptions {
  /** A share in 0 … 0.5, or a whole number of pairs ≥ 1. */
  readonly heldOut: number;
  readonly seed: number;
}

export interface Split {
  /** Both in an order of their own, that of `seed`. */
  readonly train: readonly Pair[];
  /** None where `heldOut` is 0, otherwise at least one; no group of one is in `train`. */
  readonly heldOut: readonly Pair[];
  /** How many pairs were to be held out; with groups it may be fewer, or more where every group is larger. */
  readonly asked: number;
}

/**
 * Splits pairs: groups whose hash of seed and name comes first are held out, whole. A group that would pass the
 * number asked for is left to training. Where every group would, the smallest is held out: more than was asked for, at
 * most half of the pairs.
 *
 * @throws AlignmentError `invalid-option`; `too-few-pairs` where nothing would be left to train with
 */
export function splitPairs(pairs: readonly Pair[], { heldOut: asked, seed }: SplitOptions): Split {
  const count = countOf(asked, pairs.length);
  if (count >= pairs.length) {
    const all = pairs.length === 1 ? "is 1 pair" : `are ${pairs.length} pairs`;
    const message = `There ${all}, and ${count} would be held out: none is left to train with. Collect more, or hold out fewer.`;
    throw new AlignmentError("too-few-pairs", message);
  }
  const groups = groupsOf(pairs, seed);
  const chosen = chosenOf(groups, count);
  if (chosen.size === groups.length) throw oneGroup(pairs.length);
  const heldOut = [...chosen].flat();
  return { train: groups.filter((group) => !chosen.has(group)).flat(), heldOut, asked: count };
}

/** Pairs to hold out. @throws AlignmentError `invalid-option` */
function countOf(asked: number, pairs: number): number {
  if (asked === 0) return 0;
  if (asked > 0 && asked <= 0.5) return Math.max(1, Math.round(asked * pairs));
  if (Number.isInteger(asked) && asked >= 1) return asked;
  const message = `heldOut is ${asked}; it must be a share from 0 to 0.5 or a whole number of pairs.`;
  throw new AlignmentError("invalid-option", message);
}

type Group = readonly Pair[];

/** Groups, and the pairs in each, in the order of their hashes. */
function groupsOf(pairs: readonly Pair[], seed: number): readonly Group[] {
  const groups = new Map<string, { readonly key: string; readonly pair: Pair }[]>();
  for (const pair of pairs) {
    const name = groupOf(pair);
    const members = groups.get(name) ?? [];
    if (members.length === 0) groups.set(name, members);
    members.push({ key: hashOf(seed, pair.id) + pair.answer, pair });
  }
  return [...groups]
    .map(([name, members]) => ({ key: hashOf(seed, name), members: members.sort(byKey) }))
    .sort(byKey)
    .map(({ members }) => members.map(({ pair }) => pair));
}

/** Groups of `count` pairs in all, or somewhat fewer; the smallest where every group is larger. */
function chosenOf(groups: readonly Group[], count: number): ReadonlySet<Group> {
  const chosen = new Set<Group>();
  let left = count;
  for (const group of groups) {
    if (group.length > left) continue;
    chosen.add(group);
    left -= group.length;
  }
  if (count === 0 || chosen.size > 0) return chosen;
  return new Set([groups.reduce((least, group) => (group.length < least.length ? group : least))]);
}

interface Keyed {
  readonly key: string;
}

function byKey(a: Keyed, b: Keyed): number {
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

function hashOf(seed: number, name: string): string {
  return createHash("sha256").update(`${seed}:${name}`).digest("hex");
}

function oneGroup(pairs: number): AlignmentError {
  const message = `The ${pairs} pairs are of one group, and none would be left to train with. Collect other conversations, or leave the field group out of the lines.`;
  return new AlignmentError("too-few-pairs", message);
}
