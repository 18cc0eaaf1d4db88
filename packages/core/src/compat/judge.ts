/**
 * Which tokens of a stretch the reference keeps: numbers in, mask out. Pure.
 *
 * LLMLingua §4.2, Eq. 7, as the reference runs it: entry i of the losses belongs to token i + 1 but
 * decides about token i.
 *
 * @module
 */
import { sizeMismatch } from "./arrays.js";

/**
 * Value that tokens must exceed for a share `rate` of `values` to pass: one entry fewer than
 * trunc(n · rate) lies above it, and ties with it fall. Placeholders of 10000 do not count.
 */
export function threshold(values: Float32Array, rate: number): number {
  if (rate === 1) return -Infinity;
  const sorted = values.filter((value) => value !== 10000).sort();
  if (sorted.length === 0) return -Infinity;
  const place = Math.max(0, Math.min(sorted.length - 1, Math.trunc(sorted.length * rate) - 1));
  return sorted[sorted.length - 1 - place];
}

/** Mask one longer than `losses`: the last id has no loss after it and follows the first. */
export function judge(losses: Float32Array, rate: number): Uint8Array {
  if (losses.length === 0) return new Uint8Array(0);
  const limit = threshold(losses, rate);
  const keep = new Uint8Array(losses.length + 1);
  for (let i = 0; i < losses.length; i++) keep[i] = losses[i] > limit ? 1 : 0;
  keep[losses.length] = losses[0] > 0 ? 1 : 0;
  return keep;
}

/** As {@link judge}, by the loss that the prefix took away (in float32); the prefix stays if its loss is above 0. */
export function judgeContrast(
  full: Float32Array,
  free: Float32Array,
  start: number,
  rate: number,
): Uint8Array {
  if (full.length === 0) return new Uint8Array(0);
  const length = Math.max(0, full.length - start);
  if (free.length < length) throw sizeMismatch(free.length, length);
  const gains = new Float32Array(length);
  for (let i = 0; i < length; i++) gains[i] = Math.fround(free[i] - full[start + i]);
  const limit = threshold(gains, rate);
  const keep = new Uint8Array(full.length + 1);
  for (let i = 0; i < full.length; i++) {
    keep[i] = (i < start ? full[i] > 0 : gains[i - start] > limit) ? 1 : 0;
  }
  keep[full.length] = full[0] > 0 ? 1 : 0;
  return keep;
}

/** Keeps flagged split tokens; of unflagged ones that come to stand together, only the first. */
export function keepSplits(
  keep: Uint8Array,
  flags: Uint8Array,
  ids: Uint32Array,
  splitToken: number,
  from: number,
  until: number,
): void {
  for (let i = 0; i < keep.length; i++) if (flags[i]) keep[i] = 1;
  let last = -1;
  for (let i = Math.max(0, from); i < until; i++) {
    if (!keep[i]) continue;
    if (ids[i] === splitToken && last === splitToken && !flags[i]) keep[i] = 0;
    else last = ids[i];
  }
}
