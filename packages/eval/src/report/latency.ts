/**
 * Time that compressing takes against time that the answer saves. Pure.
 *
 * @module
 */
import { estimateOf, meanOf } from "./estimates.js";
import type { Estimate } from "./summary-types.js";
import type { Unit } from "./types.js";

/** Milliseconds of one prompt, compressed against full, each request compressing its own prompt. */
export interface Latency {
  readonly compressMs: number;
  /** Prompts that were compressed: items may share one, whose time then counts for each of them. */
  readonly prompts: number;
  /** Answer to the full prompt minus answer to the compressed one: what compressing may take. */
  readonly savedMs: Estimate;
  /** That minus what compressing took. */
  readonly netMs: Estimate;
}

/** Times of one item. */
export interface TimedItem {
  readonly key: string;
  /** Of the prompt that was compressed. */
  readonly group: string;
  readonly compressMs: number;
  readonly fullMs: number;
  readonly compressedMs: number;
}

/** With fewer items a mean has no interval. */
const LEAST_ITEMS = 5;

/** Undefined without items. */
export function latencyOf(items: readonly TimedItem[], unit: Unit): Latency | undefined {
  const mean = (value: (item: TimedItem) => number): Estimate | undefined => {
    const found = estimateOf(
      items.map((item) => ({ key: item.key, group: item.group, value: value(item) })),
      unit,
    );
    return found && found.n < LEAST_ITEMS ? { n: found.n, mean: found.mean } : found;
  };
  const savedMs = mean(({ fullMs, compressedMs }) => fullMs - compressedMs);
  const netMs = mean(({ fullMs, compressedMs, compressMs }) => fullMs - compressedMs - compressMs);
  if (savedMs === undefined || netMs === undefined) return undefined;
  return {
    compressMs: meanOf(items.map(({ compressMs }) => compressMs)),
    prompts: new Set(items.map(({ group }) => group)).size,
    savedMs,
    netMs,
  };
}
