/**
 * New instructions from a few seeds: Self-Instruct (Wang et al., 2023), §2.2, without its instances: each new
 * instruction is a prompt of its own.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { randomOf } from "@llmlingua/eval/cli-kit";
import { throwIfAborted } from "../../errors.js";
import { MOST_FAILURES, manyFailures, type Redact } from "../ask.js";
import { type Asking, paidAnswer } from "../pay.js";
import { type Found, isFound, redactText, sumOf } from "../redact/redact.js";
import type { RoundRecord, State } from "../state.js";
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
  /** Of what the target makes; seeds come redacted. */
  readonly redact: Redact;
  onProgress?(done: number, all: number): void;
}

export interface Expanded {
  /** As many as wanted or fewer, in the order in which they came. */
  readonly tasks: readonly string[];
  /** Tasks left out, by reason. */
  readonly left: ReadonlyMap<string, number>;
  readonly rounds: number;
  /** What became tags in tasks. */
  readonly found: Found;
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
  const { seeds, wanted, seed, state, redact } = input;
  const of = keyOf(input);
  const before = roundsOf(input);
  const tasks = [...tasksBefore(input)];
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
      const made = newTasks(outcome.answer, pool, redact);
      await state.add({ kind: "round", of, round, ...made, cost: outcome.cost });
      tasks.push(...made.tasks);
      [failures, stale] = [0, made.tasks.length === 0 ? stale + 1 : 0];
      if (stale >= MOST_STALE) end = "repeats";
      input.onProgress?.(Math.min(tasks.length, wanted), wanted);
    }
  }
  return { tasks: tasks.slice(0, wanted), ...sumsOf(roundsOf(input)), state: end };
}

type Known = Pick<ExpandInput, "seeds" | "seed" | "target" | "redact" | "state">;

/** Instructions that former calls made. */
export function tasksBefore(input: Known): readonly string[] {
  return roundsOf(input).flatMap((round) => round.tasks);
}

function roundsOf(input: Known): readonly RoundRecord[] {
  const of = keyOf(input);
  return input.state.rounds.filter((round) => round.of === of);
}

/** What was left out and found in all rounds. */
function sumsOf(rounds: readonly RoundRecord[]): Pick<Expanded, "left" | "rounds" | "found"> {
  const left = new Map<string, number>();
  for (const [reason, times] of rounds.flatMap((round) => Object.entries(round.left))) {
    countOne(left, reason, times);
  }
  const found = sumOf(rounds.map((round) => (round.found ?? {}) as Found));
  return { left, rounds: rounds.length, found };
}

/** Tasks that are fit and like none in `pool`, which they join. */
function newTasks(
  { text, finished }: { readonly text: string; readonly finished: boolean },
  pool: (readonly string[])[],
  redact: Redact,
): Pick<RoundRecord, "tasks" | "left" | "found"> {
  const left = new Map<string, number>();
  const tasks: string[] = [];
  let found: Found = {};
  for (const said of tasksIn(text, finished)) {
    const clean = redact === "off" ? { value: said, found: {} } : redactText(said);
    const words = wordsOf(clean.value);
    const isDropped = redact === "drop" && isFound(clean.found);
    const reason = isDropped ? DROPPED : (unfitness(clean.value) ?? likenessTo(pool, words));
    if (reason !== undefined) {
      countOne(left, reason);
      continue;
    }
    pool.push(words);
    tasks.push(clean.value);
    found = sumOf([found, clean.found]);
  }
  return { tasks, left: Object.fromEntries(left), ...(isFound(found) && { found }) };
}

const DROPPED = "secrets or personal data";

function likenessTo(pool: readonly (readonly string[])[], words: readonly string[]) {
  return isAlike(words, pool, ALIKE) ? "likeness" : undefined;
}

function keyOf({ seeds, seed, target, redact }: Known): string {
  const parts = [seeds, seed, target.name, target.where, redact];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
