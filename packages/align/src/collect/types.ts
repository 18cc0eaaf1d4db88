/**
 * What passes between the parts of a collection.
 *
 * @module
 */
import type { Message, Pair } from "../pairs/index.js";

/** A prompt to be answered. */
export interface Prompt {
  readonly messages: readonly Message[];
  /** Where it stands, for errors: `prompts.jsonl:3`. */
  readonly where: string;
  /** {@link Pair.source} of its answer. */
  readonly source: "endpoint" | "self-instruct";
  /** {@link Pair.group} of its answer. */
  readonly group?: string;
}

/** A prompt with its answer, as a log has it. */
export type LoggedPair = Omit<Pair, "id">;

/** Counts by name. */
export type Counts = Map<string, number>;

/** One more of `name`. */
export function countOne(counts: Counts, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
