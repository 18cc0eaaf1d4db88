/**
 * Which tokens of a stretch the reference keeps: numbers in, mask out. Pure.
 *
 * LLMLingua §4.2, Eq. 7, as the reference runs it: entry i of the losses belongs to token i + 1 but
 * decides about token i, and all losses known set the threshold, also those far from the stretch.
 *
 * @module
 */
import { type Cut, sizeMismatch, sliceBound } from "./arrays.js";
import { kthSmallest } from "./kth-smallest.js";

/** What is judged; bounds as in Python's slices, negative ones from the end of the mask. */
export interface Reach {
  readonly from: number;
  readonly until: number;
}

/** The reference's mark for a loss that does not count. */
const PLACEHOLDER = 10000;

/**
 * Value that tokens must exceed for a share `rate` of `values` to pass: one entry fewer than
 * trunc(n · rate) lies above it, and ties with it fall. Placeholders of 10000 do not count.
 */
export function threshold(values: Float32Array, rate: number): number {
  if (rate === 1) return -Infinity;
  const numbers = new Float32Array(values.length);
  let count = 0;
  let unknown = 0;
  for (const value of values) {
    if (value === PLACEHOLDER) continue;
    if (Number.isNaN(value)) unknown++;
    else numbers[count++] = value;
  }
  const all = count + unknown;
  if (all === 0) return -Infinity;
  const place = Math.max(0, Math.min(all - 1, Math.trunc(all * rate) - 1));
  if (place < unknown) return Number.NaN;
  return kthSmallest(numbers.subarray(0, count), all - 1 - place);
}

/** The mask is one longer than `losses`: the last id has no loss after it and follows the first. */
export function judge(losses: Float32Array, rate: number, reach: Reach): Cut {
  const { from, keep } = blank(losses, reach);
  if (keep.length === 0) return { from, keep };
  const limit = threshold(losses, rate);
  for (let i = 0; i < keep.length; i++) keep[i] = losses[from + i] > limit ? 1 : 0;
  return lastLikeFirst({ from, keep }, losses);
}

/** As {@link judge}, by the loss that the prefix took away (in float32); the prefix stays if its loss is above 0. */
export function judgeContrast(
  { full, free, start }: { full: Float32Array; free: Float32Array; start: number },
  rate: number,
  reach: Reach,
): Cut {
  const length = Math.max(0, full.length - start);
  if (free.length < length) throw sizeMismatch(free.length, length);
  const { from, keep } = blank(full, reach);
  if (keep.length === 0) return { from, keep };
  const gains = new Float32Array(length);
  for (let i = 0; i < length; i++) gains[i] = Math.fround(free[i] - full[start + i]);
  const limit = threshold(gains, rate);
  for (let i = 0; i < keep.length; i++) {
    const at = from + i;
    keep[i] = (at < start ? full[at] > 0 : gains[at - start] > limit) ? 1 : 0;
  }
  return lastLikeFirst({ from, keep }, full);
}

/** A mask over as much of the reach as there is; no losses, no mask. */
function blank(losses: Float32Array, reach: Reach): Cut {
  const length = losses.length === 0 ? 0 : losses.length + 1;
  const from = sliceBound(reach.from, length);
  const until = sliceBound(reach.until, length);
  return { from, keep: new Uint8Array(Math.max(0, until - from)) };
}

function lastLikeFirst(cut: Cut, losses: Float32Array): Cut {
  const last = losses.length - cut.from;
  if (last < cut.keep.length) cut.keep[last] = losses[0] > 0 ? 1 : 0;
  return cut;
}

/**
 * Keeps flagged split tokens; of unflagged ones in reach that come to stand together, only the
 * first. Here a negative bound is the front, as in the reference.
 */
export function keepSplits(
  cut: Cut,
  { ids, flags }: { readonly ids: Uint32Array; readonly flags: Uint8Array },
  splitToken: number,
  reach: Reach,
): Cut {
  const start = Math.max(0, reach.from);
  const stop = Math.max(start, Math.min(reach.until, ids.length));
  const from = Math.min(cut.from, start);
  const keep = new Uint8Array(Math.max(cut.from + cut.keep.length, stop) - from).fill(1);
  keep.set(cut.keep, cut.from - from);
  for (let i = 0; i < keep.length; i++) if (flags[from + i]) keep[i] = 1;
  let last = -1;
  for (let i = start; i < stop; i++) {
    if (!keep[i - from]) continue;
    if (ids[i] === splitToken && last === splitToken && !flags[i]) keep[i - from] = 0;
    else last = ids[i];
  }
  return { from, keep };
}
