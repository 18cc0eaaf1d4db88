/**
 * Which records of a run's files are of what is asked now. Pure.
 *
 * A record stays true only as long as texts, options and what is expected stay as they were; what changed is
 * made again, and reports are of current records alone.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Method } from "../methods/index.js";
import type { Group, Item } from "../tasks/types.js";
import type { Question } from "./answer.js";
import type { PromptRecord, ResultRecord } from "./types.js";

/** Names a prompt in its journal, and with an item's id a result. */
export function keyOf(
  { condition, group }: Pick<PromptRecord, "condition" | "group">,
  id?: string,
): string {
  return JSON.stringify([condition, group, id]);
}

/** Of a group's texts and a method's options. */
export function sourceOf(
  { instruction, contexts, joint, question, chat }: Group,
  { identity }: Method,
): string {
  return hash([instruction, contexts, joint, question, chat?.messages, identity]);
}

/** Of all that a question is made of and judged by. */
export function questionOf(prompt: string, { suffix, gold, answers, metric }: Item): string {
  return hash([prompt, suffix, gold, answers, metric]);
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}

/** What a result must have to count. */
export interface Wanted {
  readonly answers: boolean;
  readonly likelihoods: boolean;
}

/** Whether a record answers a question in full. */
export function isDone(record: ResultRecord, { prompt, item }: Question, wanted: Wanted): boolean {
  if (record.failed !== undefined || record.question !== questionOf(prompt, item)) return false;
  if (wanted.answers && record.answer === undefined) return false;
  return !wanted.likelihoods || item.gold === "" || record.nll !== undefined;
}

/** The last records of these questions; of one that was never answered the failure. */
export function currentResults(
  records: readonly ResultRecord[],
  questions: readonly Question[],
): readonly ResultRecord[] {
  const last = new Map<string, ResultRecord>();
  for (const record of records) {
    const key = keyOf(record, record.id);
    const before = last.get(key);
    const isWorse = record.failed !== undefined && before?.failed === undefined;
    if (before === undefined || !isWorse || before.question !== record.question)
      last.set(key, record);
  }
  return questions.flatMap(({ record, prompt, item }) => {
    const found = last.get(keyOf(record, item.id));
    return found?.question === questionOf(prompt, item) ? [found] : [];
  });
}
