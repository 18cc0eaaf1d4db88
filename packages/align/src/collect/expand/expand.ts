/**
 * New instructions from a few seeds: Self-Instruct (Wang et al., 2023), §2.2, without its instances: each new
 * instruction is a prompt of its own.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { randomOf } from "@llmlingua/eval/cli-kit";
import { throwIfAborted } from "../../errors.js";
import { MOST_FAILURES, manyFailures } from "../ask.js";
import { type Asking, paidAnswer } from "../pay.js";
import type { State } from "../state.js";
import { countOne } from "../types.js";
import { isAlike, wordsOf } from "./similar.js";
import { askForTasks, shownTasks, tasksIn, unfitness } from "./tasks.js";

export interface ExpandInput extends Asking {
  readonly seeds: readonly string[];
  /** New instructions wanted. */
  readonly wanted: number;
  /** Of the draws. */
  readonly seed: number;
  readonly state: State;
  onProgress?(done: number, all: number): void;
}

export interface Expanded {
  /** As many as wanted or fewer, in the order in which they came. */
  readonly tasks: readonly string[];
  /** Tasks left out, by reason. */
  readonly left: ReadonlyMap<string, number>;
  readonly rounds: number;
  readonly state: "complete" | "budget-reached" | "repeats";
}

/** The paper's temperature, and room for eight tasks. */
export const EXPAND_HOW = { maxNewTokens: 1024, temperature: 0.7 } as const;

/** An instruction as like another as this (ROUGE-L) is the same one. */
const ALIKE = 0.7;

/** Rounds without a new instruction after which the target has no more. */
const MOST_STALE = 10;

/**
 * Asks for instructions until there are as many as wanted, one round after another, for each shows what came
 * before.
 *
 * @throws AlignmentError `target-failed`, `write-failed`, `aborted`
 */
export async function expandTasks(input: ExpandInput): Promise<Expanded> {
  const { seeds, wanted, seed, state, target } = input;
  const of = keyOf([seeds, seed, target.name, target.where]);
  const before = state.rounds.filter((round) => round.of === of);
  const tasks = before.flatMap((round) => round.tasks);
  const pool = [...seeds, ...tasks].map(wordsOf);
  let round = 1 + Math.max(-1, ...before.map((one) => one.round));
  let [stale, failures] = [0, 0];
  let end: Expanded["state"] = "complete";
  for (; tasks.length < wanted && end === "complete"; round++) {
    throwIfAborted(input.signal);
    const shown = shownTasks(seeds, tasks, randomOf(`${seed}:${round}`));
    const asked = [{ role: "user", content: askForTasks(shown) }] as const;
    const outcome = await paidAnswer(asked, EXPAND_HOW, input);
    if (outcome === undefined) end = "budget-reached";
    else if (outcome.answer === undefined) {
      if (++failures >= MOST_FAILURES) throw manyFailures(outcome.failed);
    } else {
      const found = newTasks(outcome.answer, pool);
      const left = Object.fromEntries(found.left);
      await state.add({ kind: "round", of, round, tasks: found.tasks, left, cost: outcome.cost });
      tasks.push(...found.tasks);
      [failures, stale] = [0, found.tasks.length === 0 ? stale + 1 : 0];
      if (stale >= MOST_STALE) end = "repeats";
      input.onProgress?.(Math.min(tasks.length, wanted), wanted);
    }
  }
  return { tasks: tasks.slice(0, wanted), ...leftOf(state, of), state: end };
}

/** What was left out in all rounds. */
function leftOf({ rounds }: State, of: string): Pick<Expanded, "left" | "rounds"> {
  const mine = rounds.filter((round) => round.of === of);
  const left = new Map<string, number>();
  for (const [reason, times] of mine.flatMap((round) => Object.entries(round.left))) {
    countOne(left, reason, times);
  }
  return { left, rounds: mine.length };
}

/** Tasks that are fit and like none in `pool`, which they join. */
function newTasks(
  { text, finished }: { readonly text: string; readonly finished: boolean },
  pool: (readonly string[])[],
): { readonly tasks: string[]; readonly left: ReadonlyMap<string, number> } {
  const left = new Map<string, number>();
  const tasks = tasksIn(text, finished).filter((task) => {
    const words = wordsOf(task);
    const reason = unfitness(task) ?? (isAlike(words, pool, ALIKE) ? "likeness" : undefined);
    if (reason === undefined) pool.push(words);
    else countOne(left, reason);
    return reason === undefined;
  });
  return { tasks, left };
}

function keyOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
