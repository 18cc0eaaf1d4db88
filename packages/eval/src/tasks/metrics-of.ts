/**
 * Which metrics the items of a run are scored by. Pure.
 *
 * @module
 */
import type { Group, MetricName, Task } from "./types.js";

/** The task's metrics where an item has none of its own, and all those that items have. */
export function metricsOf(
  groups: readonly Pick<Group, "items">[],
  { metrics }: Pick<Task, "metrics">,
): ReadonlySet<MetricName> {
  const items = groups.flatMap((group) => group.items);
  return new Set(items.flatMap(({ metric }) => (metric === undefined ? metrics : [metric])));
}
