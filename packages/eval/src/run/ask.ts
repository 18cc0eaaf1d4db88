/**
 * Second half of a run: every item's question under every compressed prompt.
 *
 * @module
 */
import { EvaluationError } from "../errors.js";
import type { Usage } from "../targets/types.js";
import type { Group } from "../tasks/types.js";
import {
  type AnswerInput,
  answerTo,
  generates,
  type Outcome,
  promptText,
  type Question,
} from "./answer.js";
import { costOf, type Prices, type Purse } from "./budget.js";
import { keyOf } from "./compress.js";
import type { Journal } from "./journal.js";
import type { PromptRecord, ResultRecord } from "./types.js";

export interface AskInput extends AnswerInput {
  readonly groups: readonly Group[];
  /** Questions asked at once. */
  readonly concurrency: number;
  readonly prices?: Prices;
  readonly purse: Purse;
  onProgress?(done: number, all: number, condition: string): void;
}

/** Whether everything was asked. */
export type Asked = "complete" | "budget-reached";

/**
 * Asks what the journal has no answer to. A question that fails after the target's own retries is
 * written down as failed and the run goes on, until `MOST_FAILURES` in a row have failed.
 *
 * @throws EvaluationError `target-failed`, `target-unfit`, `aborted`
 */
export async function askAll(
  journal: Journal<ResultRecord>,
  prompts: readonly PromptRecord[],
  input: AskInput,
): Promise<Asked> {
  const { concurrency, signal } = input;
  const questions = openQuestions(journal, prompts, input.groups);
  const all = questions.length;
  let [at, done, failures] = [0, 0, 0];
  let state: Asked = "complete";
  const worker = async () => {
    while (at < questions.length && state === "complete") {
      if (signal?.aborted)
        throw new EvaluationError("aborted", "Cancelled.", { cause: signal.reason });
      const question = questions[at++];
      const outcome = await paid(question, input);
      if (outcome === undefined) {
        state = "budget-reached";
        return;
      }
      await journal.add(outcome.result);
      failures = outcome.isDown ? failures + 1 : 0;
      if (failures >= MOST_FAILURES) throw manyFailures(outcome.result);
      input.onProgress?.(++done, all, question.record.condition);
    }
  };
  const workers = Array.from({ length: concurrency }, worker);
  // Answers on their way are written down before an error ends the run.
  const ends = await Promise.allSettled(workers);
  const broken = ends.find((end) => end.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return state;
}

/** Failed questions in a row after which the target counts as gone. */
const MOST_FAILURES = 5;

function manyFailures({ failed }: ResultRecord): EvaluationError {
  return new EvaluationError(
    "target-failed",
    `${MOST_FAILURES} questions in a row failed, the last one: ${failed} What was answered is kept; the same command goes on from there.`,
  );
}

function openQuestions(
  journal: Journal<ResultRecord>,
  prompts: readonly PromptRecord[],
  groups: readonly Group[],
): readonly Question[] {
  const answered = new Set(
    journal.records
      .filter(({ failed }) => failed === undefined)
      .map((record) => `${keyOf(record)}\n${record.id}`),
  );
  const byId = new Map(groups.map((group) => [group.id, group]));
  return prompts.flatMap((record) => {
    const { prompt } = record;
    const items = byId.get(record.group)?.items ?? [];
    if (prompt === undefined) return [];
    return items
      .filter((item) => promptText(prompt, item) !== "")
      .filter(({ id }) => !answered.has(`${keyOf(record)}\n${id}`))
      .map((item) => ({ record, prompt, item }));
  });
}

/** Asks within the purse; undefined where it would not do. */
async function paid(question: Question, input: AskInput): Promise<Outcome | undefined> {
  const { purse, prices } = input;
  const most = prices === undefined ? 0 : costOf(mostUsage(question, input), prices);
  const taken = purse.reserve(most);
  if (taken === undefined) return undefined;
  let cost = 0;
  try {
    const outcome = await answerTo(question, input);
    if (prices !== undefined) {
      cost = outcome.bills.reduce((sum, bill) => sum + costOf(bill, prices), 0);
    }
    return outcome;
  } finally {
    purse.settle(taken, cost);
  }
}

/** As dear as a question can become: each request reads the prompt, the answer is as long as it may be. */
function mostUsage({ record, item }: Question, { task, likelihoods, target }: AskInput): Usage {
  const requests = (likelihoods ? 1 : 0) + (generates(task, target) ? 1 : 0);
  // Tokens in the target's own tokenizer may be more than those that sizes are counted in.
  const prompt = 1.5 * (record.tokens + (item.suffix.length + item.gold.length) / 2);
  const completionTokens = task.maxNewTokens + (likelihoods ? 1 : 0);
  return { promptTokens: requests * prompt, completionTokens, cachedTokens: 0 };
}
