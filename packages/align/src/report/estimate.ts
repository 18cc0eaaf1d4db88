/**
 * An interval as reports hold it. Pure.
 *
 * @module
 */
import type { Estimate, Interval } from "@llmlingua/eval";

/** Without an interval where there is one cluster: it has no spread to draw from. */
export function estimateOf({ mean, low, high, count, clusters }: Interval): Estimate {
  return clusters < 2 ? { n: count, mean } : { n: count, mean, interval: [low, high] };
}
