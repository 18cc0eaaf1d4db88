/**
 * What a collection counted: the same whether it ran at once or in parts.
 *
 * @module
 */
import type { AskedState } from "./ask.js";
import type { Expanded } from "./expand/expand.js";
import { type Found, sumOf } from "./redact/redact.js";
import { outcomeOf, type State } from "./state.js";
import type { Counts } from "./types.js";

export interface Tally {
  /** Pairs that were in the file when the command began. */
  readonly before: number;
  /** Pairs in the file. */
  pairs: number;
  /** Log entries read, and those of them that make no pair, by reason. */
  entries: number;
  readonly skipped: Counts;
  /** Pairs of logs, whatever became of them. */
  logged: number;
  /** The same prompt again: with the same answer or in a list of prompts; with another answer. */
  duplicates: number;
  contradictory: number;
  /** Prompts given, and instructions made. */
  prompts: number;
  /** Pairs and prompts dropped for what they hold, before anything was asked. */
  dropped: number;
  /** Pairs and prompts left out, for there are as many pairs as were asked for. */
  beyond: number;
  /** What became tags in prompts and logs. */
  found: Found;
  /** Prompts to be asked by this call, and what they cost at most, in USD. */
  open: number;
  most?: number;
  /** Ids of prompts asked, with the place of each. */
  readonly asked: Map<string, string>;
  expanded?: Expanded;
  /** How asking ended. */
  state: AskedState;
  /** In USD, over all calls. */
  spent?: number;
  /** Why the command broke off. */
  broken?: string;
}

export function createTally(before: number): Tally {
  return {
    before,
    pairs: before,
    entries: 0,
    skipped: new Map(),
    logged: 0,
    duplicates: 0,
    contradictory: 0,
    prompts: 0,
    dropped: 0,
    beyond: 0,
    found: {},
    open: 0,
    asked: new Map(),
    state: "complete",
  };
}

/** What `collect` hands back. */
export interface Collected {
  /** Pairs in the file, and those of them that were there before. */
  readonly pairs: number;
  readonly before: number;
  /** Pairs in logs, whatever became of them. */
  readonly logged: number;
  /** Log entries that make no pair, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Prompts that had no answer when the command began, and what they cost at most, in USD. */
  readonly open: number;
  readonly most?: number;
  /** Prompts without an answer, and why. */
  readonly failed: readonly { readonly where: string; readonly reason: string }[];
  /** In USD, over all calls. */
  readonly spent?: number;
  /** Why the pairs are not all; undefined where they are. */
  readonly partial?: string;
}

/** What became of the prompts of a command, from all its calls. */
export interface Answers {
  readonly answered: number;
  readonly empty: number;
  readonly dropped: number;
  readonly failed: readonly { readonly where: string; readonly reason: string }[];
  readonly found: Found;
}

/**
 * Counts outcomes.
 *
 * @param how - the way in which they were asked; outcomes of other ways are not counted
 * @param has - whether a prompt has an answer in the file, wherever it came from
 */
export function answersOf(
  { asked }: Tally,
  state: State,
  how: string,
  has: (id: string) => boolean,
): Answers {
  const records = [...asked].map(([id, where]) => ({
    id,
    where,
    record: outcomeOf(state, id, how),
  }));
  const count = (outcome: string) =>
    records.filter(({ record }) => record?.outcome === outcome).length;
  return {
    answered: count("answered"),
    empty: count("empty"),
    dropped: count("dropped"),
    failed: records.flatMap(({ id, where, record }) =>
      record?.outcome === "failed" && !has(id) ? [{ where, reason: record.reason ?? "" }] : [],
    ),
    found: sumOf(records.map(({ record }) => (record?.found ?? {}) as Found)),
  };
}
