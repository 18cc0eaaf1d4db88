/**
 * Typed-array steps of the token pass. A mask holds 1 for what stays.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

type Values = Uint8Array | Uint32Array | Float32Array;

/** What stays of a stretch of an array, and everything outside it does. */
export interface Cut {
  /** Where the stretch begins. */
  readonly from: number;
  /** Entry i is about position `from + i`. */
  readonly keep: Uint8Array;
}

/**
 * `values` without what the cut drops, in the same memory: whichever side of the stretch is shorter
 * moves up to the other, so a cut near either end of a long array costs little.
 *
 * @param shift - the cut's position of `values[0]`
 */
export function cutOut<T extends Values>(values: T, { from, keep }: Cut, shift = 0): T {
  const first = from - shift;
  const until = Math.min(values.length, first + keep.length);
  let end = Math.max(0, first);
  for (let i = end; i < until; i++) if (keep[i - first] === 1) values[end++] = values[i];
  const dropped = until - end;
  if (dropped <= 0) return values;
  if (values.length - until < end) {
    values.copyWithin(end, until);
    return values.subarray(0, values.length - dropped) as T;
  }
  values.copyWithin(dropped, 0, end);
  return values.subarray(dropped) as T;
}

/** How many positions below `until` the cut drops. */
export function droppedBefore({ from, keep }: Cut, until: number): number {
  let dropped = 0;
  const length = Math.min(keep.length, until - from);
  for (let i = 0; i < length; i++) dropped += 1 - keep[i];
  return dropped;
}

/** Where a slice bound falls in an array of `length`: negative ones count from the end, as in Python. */
export function sliceBound(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

/** `values`, or a longer copy of them that ends in `value`s. */
export function pad(values: Float32Array, length: number, value: number): Float32Array {
  if (values.length >= length) return values;
  const padded = new Float32Array(length);
  padded.set(values);
  padded.fill(value, values.length);
  return padded;
}

export function concat(parts: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** What the reference reports as a tensor size mismatch. */
export function sizeMismatch(found: number, wanted: number): LlmlinguaError {
  return new LlmlinguaError(
    "invalid-option",
    `The reference's token pass does not fit the model: ${found} losses for ${wanted} places. ` +
      "Lower iterativeSize or shorten the question: two windows, the question and ten tokens more must fit into its positions.",
  );
}
