/**
 * Which pairs are held out. Pure: by id and seed, whatever the order of the file.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AlignmentError } from "../errors.js";
import type { Pair } from "./types.js";

export interface SplitOptions {
  /** A share in 0 … 0.5, or a whole number of pairs ≥ 1. */
  readonly heldOut: number;
  readonly seed: number;
}

export interface Split {
  /** Both in an order of their own, that of `seed`. */
  readonly train: readonly Pair[];
  /** None where `heldOut` is 0, otherwise at least one. */
  readonly heldOut: readonly Pair[];
}

/**
 * Splits pairs: those whose hash of seed and id comes first are held out.
 *
 * @throws AlignmentError `invalid-option`; `too-few-pairs` where nothing would be left to train with
 */
export function splitPairs(pairs: readonly Pair[], { heldOut, seed }: SplitOptions): Split {
  const isShare = heldOut >= 0 && heldOut <= 0.5;
  if (!isShare && !(Number.isInteger(heldOut) && heldOut >= 1)) {
    const message = `heldOut is ${heldOut}; it must be a share from 0 to 0.5 or a whole number of pairs.`;
    throw new AlignmentError("invalid-option", message);
  }
  const share = heldOut === 0 ? 0 : Math.max(1, Math.round(heldOut * pairs.length));
  const count = isShare ? share : heldOut;
  if (count >= pairs.length) {
    const message = `There are ${pairs.length} pairs, of which ${count} would be held out: none is left to train with. Collect more, or hold out fewer.`;
    throw new AlignmentError("too-few-pairs", message);
  }
  const ordered = pairs
    .map((pair) => ({ pair, key: keyOf(pair, seed) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ pair }) => pair);
  return { train: ordered.slice(count), heldOut: ordered.slice(0, count) };
}

function keyOf({ id, answer }: Pair, seed: number): string {
  return createHash("sha256").update(`${seed}:${id}`).digest("hex") + answer;
}
