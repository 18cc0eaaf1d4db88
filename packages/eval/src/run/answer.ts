/**
 * One question: the target's answer, the likelihood of the expected one, scores.
 *
 * @module
 */
import { EvaluationError } from "../errors.js";
import type { Answer, Target, Usage } from "../targets/types.js";
import type { Item, Task } from "../tasks/types.js";
import { questionOf } from "./identity.js";
import type { PromptRecord, ResultRecord } from "./types.js";

/** Scores of an answer, each 0 … 1, by name. */
export type ScoreAnswer = (answer: string, item: Item) => Promise<Readonly<Record<string, number>>>;

/** One item under one compressed prompt. */
export interface Question {
  readonly record: PromptRecord;
  readonly prompt: string;
  readonly item: Item;
}

export interface AnswerInput {
  readonly task: Pick<Task, "maxNewTokens" | "stop">;
  readonly target: Target;
  /** Whether the likelihood of the gold text is asked for. */
  readonly likelihoods: boolean;
  readonly score: ScoreAnswer;
  readonly signal?: AbortSignal;
}

/** What came of a question, and what was billed for it. */
export interface Outcome {
  readonly result: ResultRecord;
  readonly bills: readonly Usage[];
  /** Whether the target itself failed, rather than could not do this one. */
  readonly isDown: boolean;
}

/** Whether answers are generated at all. */
export function generates(
  { maxNewTokens }: Pick<Task, "maxNewTokens">,
  { generate }: Target,
): boolean {
  return maxNewTokens > 0 && generate !== undefined;
}

/** Without a prompt the blank line before the question goes too. */
export function promptText(prompt: string, { suffix }: Pick<Item, "suffix">): string {
  return prompt === "" ? suffix.trimStart() : prompt + suffix;
}

/** Asks a question; what the target fails at becomes a failed record. */
export async function answerTo(
  { record, prompt, item }: Question,
  input: AnswerInput,
): Promise<Outcome> {
  const bills: Usage[] = [];
  const { condition, method, size, group, tokens, originalTokens, ms } = record;
  const known = {
    condition,
    method,
    ...(size !== undefined && { size }),
    group,
    id: item.id,
    question: questionOf(prompt, item),
    tokens,
    originalTokens,
    ...(ms !== undefined && { compressMs: ms }),
  };
  const text = promptText(prompt, item);
  try {
    const answer = await generated(text, input, bills);
    const scores = answer === undefined ? {} : await input.score(answer.text, item);
    const likelihood = await likelihoodOf(text, item, input, bills, answer !== undefined);
    const result = { ...known, ...answerFields(answer), scores, ...likelihood };
    return { result, bills, isDown: false };
  } catch (error) {
    if (input.signal?.aborted || !isOfTarget(error)) throw error;
    const result = { ...known, scores: {}, failed: error.message };
    return { result, bills, isDown: error.code === "target-failed" };
  }
}

/** A question that it could not read (too long, say) says nothing about the next one. */
function isOfTarget(error: unknown): error is EvaluationError {
  if (!(error instanceof EvaluationError)) return false;
  return error.code === "target-failed" || error.code === "target-unfit";
}

async function generated(
  prompt: string,
  { task, target, signal }: AnswerInput,
  bills: Usage[],
): Promise<Answer | undefined> {
  if (!generates(task, target)) return undefined;
  const { maxNewTokens, stop } = task;
  const answer = await target.generate?.(prompt, { maxNewTokens, stop, signal });
  // What came from the disk cache costs nothing.
  if (answer?.ms !== undefined) bills.push(answer.usage);
  return answer;
}

/** An answer that was paid for stays, whatever becomes of its likelihood. */
async function likelihoodOf(
  prompt: string,
  { gold }: Item,
  { likelihoods, target, signal }: AnswerInput,
  bills: Usage[],
  hasAnswer: boolean,
): Promise<Pick<ResultRecord, "nll" | "nllFailed">> {
  if (!likelihoods || gold === "") return {};
  try {
    const found = await target.likelihood?.(prompt, gold, signal);
    if (found?.ms !== undefined) bills.push(found.usage);
    if (found === undefined || found.tokens === 0) return {};
    return { nll: { perToken: -found.nats / found.tokens, tokens: found.tokens } };
  } catch (error) {
    if (!hasAnswer || signal?.aborted || !isOfTarget(error)) throw error;
    return { nllFailed: error.message };
  }
}

function answerFields(answer: Answer | undefined) {
  if (answer === undefined) return {};
  const { text, finished, usage, ms } = answer;
  return { answer: text, finished, usage, ...(ms !== undefined && { answerMs: Math.round(ms) }) };
}
