/**
 * Asks prompts, several at once, and writes what is answered.
 *
 * @module
 */
import { AlignmentError, throwIfAborted } from "../errors.js";
import { pairId } from "../pairs/index.js";
import { type AskedHow, type Asking, type Outcome, paidAnswer } from "./pay.js";
import type { Pool } from "./pool.js";
import { type Found, isFound, redactText } from "./redact/redact.js";
import { type AnswerRecord, outcomeOf, type State } from "./state.js";
import type { Prompt } from "./types.js";

export interface AskInput extends Asking {
  readonly how: AskedHow;
  /** {@link AskedHow} and all else that an outcome depends on, as a name. */
  readonly way: string;
  readonly pool: Pool;
  readonly state: State;
  /** Questions asked at once. */
  readonly concurrency: number;
  /** Most pairs in the file. */
  readonly limit: number;
  readonly redact: Redact;
  onProgress?(done: number, all: number): void;
}

/** What becomes of secrets and personal data: they stay, become tags, or their pairs are dropped. */
export type Redact = "off" | "replace" | "drop";

/** Whether all was asked; `limit-reached` where there are pairs enough. */
export type AskedState = "complete" | "budget-reached" | "limit-reached";

/** Failures of the target in a row, refused prompts aside, after which it counts as gone. */
export const MOST_FAILURES = 5;

/** Prompts that have no outcome yet; failed ones are asked again. */
export function openPrompts(
  prompts: readonly Prompt[],
  { pool, state, way }: Pick<AskInput, "pool" | "state" | "way">,
): readonly Prompt[] {
  return prompts.filter(({ messages }) => {
    const id = pairId(messages);
    const outcome = outcomeOf(state, id, way)?.outcome;
    return !pool.has(id) && outcome !== "empty" && outcome !== "dropped";
  });
}

/**
 * Asks what has no outcome yet. A prompt that fails after the target's own retries is noted and the others go
 * on, until the target has failed five times in a row.
 *
 * @throws AlignmentError `target-failed`, `write-failed`, `aborted`
 */
export async function askAll(prompts: readonly Prompt[], input: AskInput): Promise<AskedState> {
  const open = openPrompts(prompts, input);
  const run: Run = {
    open,
    at: 0,
    done: 0,
    underWay: 0,
    failures: 0,
    isBroken: false,
    state: "complete",
  };
  // Again where questions under way kept others back and then brought no pair.
  while (run.at < open.length && run.state === "complete") {
    if (input.pool.isFull) return "limit-reached";
    const workers = Array.from({ length: input.concurrency }, () => worker(run, input));
    const ends = await Promise.allSettled(workers);
    const broken = ends.find((end) => end.status === "rejected");
    if (broken !== undefined) throw broken.reason;
  }
  return run.state;
}

interface Run {
  readonly open: readonly Prompt[];
  /** The next prompt. */
  at: number;
  done: number;
  underWay: number;
  /** In a row. */
  failures: number;
  /** Whether a worker has thrown. */
  isBroken: boolean;
  state: AskedState;
}

async function worker(run: Run, input: AskInput): Promise<void> {
  const { pool, limit } = input;
  const goesOn = () => !run.isBroken && run.state === "complete" && run.at < run.open.length;
  while (goesOn() && pool.size + run.underWay < limit) {
    const prompt = run.open[run.at++];
    run.underWay++;
    try {
      throwIfAborted(input.signal);
      await one(prompt, run, input);
    } catch (error) {
      // The others end after what they have under way is written down.
      run.isBroken = true;
      throw error;
    } finally {
      run.underWay--;
    }
  }
}

async function one(prompt: Prompt, run: Run, input: AskInput): Promise<void> {
  const outcome = await paidAnswer(prompt.messages, input.how, input);
  if (outcome === undefined) {
    run.state = "budget-reached";
    return;
  }
  await keep(prompt, outcome, input);
  // A prompt that the target refuses, too long perhaps, says nothing of the target.
  if (outcome.failed === undefined) run.failures = 0;
  else if (outcome.isDown) run.failures++;
  if (run.failures >= MOST_FAILURES) throw manyFailures(outcome.failed ?? "");
  input.onProgress?.(++run.done, run.open.length);
}

/** What was spent is noted first; an answer that is lost then is asked for again. */
async function keep(prompt: Prompt, outcome: Outcome, input: AskInput) {
  const { state, pool, redact, target, way: how } = input;
  const { messages, source, group } = prompt;
  const record = { kind: "answer", id: pairId(messages), how } as const;
  if (outcome.answer === undefined) {
    // A server may quote what it was asked or began to say.
    const reason = redacted(outcome.failed, redact).value;
    await state.add({ ...record, outcome: "failed", reason });
    return;
  }
  const { text, finished } = outcome.answer;
  const { value: answer, found } = redacted(text, redact);
  const end = endOf(answer, found, redact);
  const more = { ...(isFound(found) && { found }), cost: outcome.cost };
  await state.add({ ...record, outcome: end, ...more });
  if (end !== "answered") return;
  await pool.offer({ messages, answer, model: target.name, source, finished, group });
}

function endOf(answer: string, found: Found, redact: Redact): AnswerRecord["outcome"] {
  if (answer.trim() === "") return "empty";
  return redact === "drop" && isFound(found) ? "dropped" : "answered";
}

/** `text` as it may be kept. */
function redacted(text: string, redact: Redact): { readonly value: string; readonly found: Found } {
  return redact === "off" ? { value: text, found: {} } : redactText(text);
}

/** The error of a target that is gone. */
export function manyFailures(last: string): AlignmentError {
  return new AlignmentError(
    "target-failed",
    `${MOST_FAILURES} questions in a row failed, the last one: ${last} What was answered is kept; the same command goes on from there.`,
  );
}
