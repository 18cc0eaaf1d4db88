/**
 * Baselines that ask no model: tokens kept by place or by chance, whole contexts in a row.
 *
 * @module
 */

import { randomOf } from "../random.js";
import { bodyOf } from "./body.js";
import type { Work } from "./types.js";

/** In which order pieces are kept while they fit; in the text they stay in place. */
type Visit = (pieces: number) => readonly number[];

/** Counts of joined pieces may fall by one: how many more are looked at. */
const FURTHER = 6;

/** The beginning that fits. */
export const truncated = (work: Work): string | undefined => keepTokens(work, (n) => [...range(n)]);

/** The end that fits. */
export const tail = (work: Work): string | undefined =>
  keepTokens(work, (n) => [...range(n)].reverse());

/** Tokens by chance, as many as fit. */
export function randomTokens(work: Work): string | undefined {
  const random = randomOf(`${work.seed} ${work.group.id}`);
  return keepTokens(work, (n) => {
    const keys = Array.from({ length: n }, () => random());
    return [...range(n)].sort((a, b) => keys[a] - keys[b]);
  });
}

/** Whole contexts from the first on, up to the one that does not fit. */
export const wholeFirst = (work: Work): string | undefined =>
  inARow(work, [...range(work.group.contexts.length)]);

/** Whole contexts from the last back. */
export const wholeLast = (work: Work): string | undefined =>
  inARow(work, [...range(work.group.contexts.length)].reverse());

/** Whole contexts, the shortest first. */
export const wholeShortest = (work: Work): string | undefined => inARow(work, byLength(work));

/** What the best of a whole demonstration costs, whatever that is. */
export function shortestOne(work: Work): string {
  return bodyOf(work.group, [work.group.contexts[byLength(work)[0]]]);
}

/** The scorer's tokens of the contexts, as slices of the text. */
function keepTokens(work: Work, visit: Visit): string | undefined {
  const { group, measure, size, scorer } = work;
  const text = group.contexts.join(group.joint);
  const { offsets } = scorer.tokenizer.encode(text);
  const pieces: string[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    if (offsets[i + 1] > offsets[i]) pieces.push(text.slice(offsets[i], offsets[i + 1]));
  }
  const order = visit(pieces.length);
  const first = (n: number) => {
    const kept = order.slice(0, n).sort((a, b) => a - b);
    return bodyOf(group, [kept.map((i) => pieces[i]).join("")]);
  };
  const n = mostThatFit(pieces.length, (count) => measure(first(count)) <= size);
  return n === 0 ? undefined : first(n);
}

/** The largest count that fits, found by halving. */
function mostThatFit(pieces: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = pieces;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  for (let n = low + 1; n <= Math.min(low + FURTHER, pieces); n++) {
    if (fits(n)) low = n;
  }
  return low;
}

function inARow({ group, measure, size }: Work, order: readonly number[]): string | undefined {
  let best: string | undefined;
  for (let n = 1; n <= order.length; n++) {
    const kept = order.slice(0, n).sort((a, b) => a - b);
    const text = bodyOf(
      group,
      kept.map((i) => group.contexts[i]),
    );
    if (measure(text) > size) break;
    best = text;
  }
  return best;
}

function byLength({ group: { contexts }, count }: Work): readonly number[] {
  const lengths = contexts.map((context) => count(context));
  return [...range(contexts.length)].sort((a, b) => lengths[a] - lengths[b] || a - b);
}

function range(n: number): Iterable<number> {
  return Array.from({ length: n }, (_, i) => i);
}
