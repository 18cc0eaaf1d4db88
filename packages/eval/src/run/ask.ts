/**
 * Second half of a run: every item's question under every compressed prompt.
 *
 * @module
 */
import { EvaluationError, throwIfAborted } from "../errors.js";
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
import { isDone, keyOf } from "./identity.js";
import type { Journal } from "./journal.js";
import type { PromptRecord, ResultRecord } from "./types.js";

export interface AskInput extends AnswerInput {
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
 * @throws EvaluationError `target-failed`, `aborted`, `data-layout` where an answer cannot be scored
 */
export async function askAll(
  journal: Journal<ResultRecord>,
  questions: readonly Question[],
  input: AskInput,
): Promise<Asked> {
  const { concurrency, signal } = input;
  const open = openOf(journal.records, questions, input);
  const progress = { at: 0, done: 0, failures: 0, isOver: false, state: "complete" as Asked };
  const next = async () => {
    throwIfAborted(signal);
    const question = open[progress.at++];
    const outcome = await paid(question, input);
    if (outcome === undefined) {
      progress.state = "budget-reached";
      progress.isOver = true;
      return;
    }
    await journal.add(outcome.result);
    progress.failures = outcome.isDown ? progress.failures + 1 : 0;
    if (progress.failures >= MOST_FAILURES) throw manyFailures(outcome.result);
    input.onProgress?.(++progress.done, open.length, question.record.condition);
  };
  const worker = async () => {
    try {
      while (progress.at < open.length && !progress.isOver) await next();
    } finally {
      // An error ends the others too, after what they have under way is written down.
      progress.isOver ||= progress.at < open.length;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  const broken = ends.find((end) => end.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return progress.state;
}

/** Failed questions in a row after which the target counts as gone. */
const MOST_FAILURES = 5;

function manyFailures({ failed }: ResultRecord): EvaluationError {
  return new EvaluationError(
    "target-failed",
    `${MOST_FAILURES} questions in a row failed, the last one: ${failed} What was answered is kept; the same command goes on from there.`,
  );
}

/** Every item's question under every prompt; one without any text is none. */
export function questionsOf(
  prompts: readonly PromptRecord[],
  groups: readonly Group[],
): readonly Question[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return prompts.flatMap((record) => {
    const { prompt } = record;
    const items = byId.get(record.group)?.items ?? [];
    if (prompt === undefined) return [];
    return items
      .filter((item) => promptText(prompt, item) !== "")
      .map((item) => ({ record, prompt, item }));
  });
}

function openOf(
  records: readonly ResultRecord[],
  questions: readonly Question[],
  { task, target, likelihoods }: AskInput,
): readonly Question[] {
  const wanted = { answers: generates(task, target), likelihoods };
  const byKey = new Map(
    questions.map((question) => [keyOf(question.record, question.item.id), question]),
  );
  const done = new Set(
    records.flatMap((record) => {
      const question = byKey.get(keyOf(record, record.id));
      return question !== undefined && isDone(record, question, wanted) ? [question] : [];
    }),
  );
  return questions.filter((question) => !done.has(question));
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
    if (prices === undefined) return outcome;
    cost = outcome.bills.reduce((sum, bill) => sum + costOf(bill, prices), 0);
    return { ...outcome, result: { ...outcome.result, cost } };
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
