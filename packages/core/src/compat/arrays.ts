/**
 * Typed-array steps of the token pass. A mask holds 1 for what stays.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

type Values = Uint8Array | Uint32Array | Float32Array;

/** The values whose mask is 1; both must be equally long. */
export function select<T extends Values>(values: T, keep: Uint8Array): T {
  if (values.length !== keep.length) throw sizeMismatch(keep.length, values.length);
  return values.filter((_: number, index: number) => keep[index] === 1) as T;
}

/** `values`, or a longer copy of them that ends in `value`s. */
export function pad<T extends Values>(values: T, length: number, value: number): T {
  if (values.length >= length) return values;
  const padded = new (values.constructor as new (length: number) => T)(length);
  padded.set(values);
  padded.fill(value, values.length);
  return padded;
}

export function concat(left: Uint32Array, right: Uint32Array): Uint32Array {
  const joined = new Uint32Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
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
