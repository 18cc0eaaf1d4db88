/**
 * What a loader is asked for, checked: which items, and the task's own choices.
 *
 * @module
 */
import { EvaluationError } from "../errors.js";
import type { Task, TaskOptions } from "./types.js";

/** Items `skip` … `skip + items − 1` of a task. */
export interface Range {
  readonly skip: number;
  readonly items: number;
}

/** @throws EvaluationError `invalid-option` for counts that cannot be and choices the task does not have */
export function rangeOf(
  task: Pick<Task, "name" | "choices">,
  { items, skip = 0, choices = {} }: TaskOptions,
  defaultItems: number,
): Range {
  const unknown = Object.keys(choices).find((name) => !Object.hasOwn(task.choices, name));
  if (unknown !== undefined) {
    const known = Object.keys(task.choices).join(", ");
    throw invalid(`Task ${task.name} has no choice ${unknown}; it has ${known}.`);
  }
  return {
    skip: wholeNumber("skip", skip, 0),
    items: items === undefined ? defaultItems : wholeNumber("items", items, 1),
  };
}

/** The range of a list. */
export function sliceOf<T>(all: readonly T[], { skip, items }: Range, what: string): readonly T[] {
  if (skip >= all.length) {
    throw invalid(`skip is ${skip}, but there are ${all.length} ${what}; skip fewer.`);
  }
  return all.slice(skip, skip + items);
}

/** A whole number of at least `least` (and at most `most`). */
export function wholeNumber(
  name: string,
  given: string | number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = typeof given === "number" || given.trim() !== "" ? Number(given) : Number.NaN;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const bounds =
    most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw invalid(`${name} is ${given}; it must be a whole number ${bounds}.`);
}

/** One of a closed set. */
export function oneOf<T extends string>(name: string, given: string, all: readonly T[]): T {
  const found = all.find((one) => one === given);
  if (found !== undefined) return found;
  throw invalid(`${name} is ${given}; it must be ${all.join(" or ")}.`);
}

/** The parts of a list with commas; one that is there twice counts once, where it stands first. */
export function listOf(name: string, given: string): string[] {
  const parts = given.split(",").map((part) => part.trim());
  if (parts.includes(""))
    throw invalid(`${name} is "${given}"; it must be names with commas between.`);
  return [...new Set(parts)];
}

export function invalid(message: string): EvaluationError {
  return new EvaluationError("invalid-option", message);
}
