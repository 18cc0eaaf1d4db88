/**
 * By what each of a user's items is judged. Pure.
 *
 * Where something is expected, by the first score of the answer, which is of the item's own metric or
 * else of the task's first; elsewhere by how alike the answer is to the full prompt's.
 *
 * @module
 */
import type { ResultRecord } from "../run/types.js";
import { wordOverlap } from "./own-similarity.js";
import { keyOf } from "./records.js";
import type { ReportInput } from "./types.js";

/** How many items are judged how; together all of them. */
export interface JudgedItems {
  readonly expected: number;
  readonly likeness: number;
  /** Without a value of the full prompt, or of every compressed one: they count in no difference. */
  readonly neither: number;
}

export interface Judged<Input extends ReportInput> {
  /** With a score named `measure` in each record that has a value. */
  readonly input: Input;
  /** Name of all values: a score's, `similarity`, or `quality` where items are judged by several. */
  readonly measure: string;
  /** Names of what items are judged by, in the order they come. */
  readonly kinds: readonly string[];
  readonly items: JudgedItems;
}

export interface JudgeInput extends ReportInput {
  /** 0 … 1, of an answer and the full prompt's; default the F1 of their words. */
  similarity?(answer: string, full: string): number;
}

/** What one answer is worth, and by what. */
interface Value {
  readonly kind: string;
  readonly value: number;
}

const LIKENESS = "similarity";

/** Gives every answer that can be judged one value of one name. */
export function judge<Input extends JudgeInput>(input: Input): Judged<Input> {
  const { results, base = "full", similarity = wordOverlap } = input;
  const answers = new Map<string, string>();
  for (const record of results) {
    const { condition, failed, answer } = record;
    if (condition === base && failed === undefined && answer !== undefined) {
      answers.set(keyOf(record), answer);
    }
  }
  const values = new Map<ResultRecord, Value>();
  for (const record of results) {
    const value = worthOf(record, answers.get(keyOf(record)), similarity);
    if (value) values.set(record, value);
  }
  const kinds = [...new Set([...values.values()].map(({ kind }) => kind))];
  const [first = LIKENESS] = kinds;
  const measure = kinds.length > 1 ? "quality" : first;
  const scored = results.map((record) => {
    const found = values.get(record);
    return found ? { ...record, scores: { ...record.scores, [measure]: found.value } } : record;
  });
  return { input: { ...input, results: scored }, measure, kinds, items: itemsOf(input, values) };
}

function worthOf(
  { answer, failed, scores }: ResultRecord,
  full: string | undefined,
  similarity: NonNullable<JudgeInput["similarity"]>,
): Value | undefined {
  if (failed !== undefined) return undefined;
  const [score] = Object.entries(scores);
  if (score) return { kind: score[0], value: score[1] };
  if (answer === undefined || full === undefined) return undefined;
  return { kind: LIKENESS, value: similarity(answer, full) };
}

/** Items of the task, and those that only records have. */
function itemsOf(
  { groups = [], results, base = "full" }: ReportInput,
  values: ReadonlyMap<ResultRecord, Value>,
): JudgedItems {
  const all = new Set(results.map(keyOf));
  for (const { id: group, items } of groups) {
    for (const { id } of items) all.add(keyOf({ group, id }));
  }
  const before = new Map<string, Value>();
  const after = new Set<string>();
  for (const [record, value] of values) {
    if (record.condition === base) before.set(keyOf(record), value);
    else if (record.size !== undefined) after.add(keyOf(record));
  }
  const judged = [...before].filter(([key]) => after.has(key));
  const likeness = judged.filter(([, { kind }]) => kind === LIKENESS).length;
  const expected = judged.length - likeness;
  return { expected, likeness, neither: all.size - expected - likeness };
}
