/**
 * Checks on what services answer: loose in form, strict in what is used. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { Endpoint } from "./endpoint.js";

/** Any JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Puts entries in the order of their `index`, which must be 0 … `count` − 1, each once. Where no
 * entry has one, their own order counts.
 *
 * @throws LlmlinguaError `ranker-failed`, saying what was expected and found
 */
export function inOrder(
  endpoint: Endpoint,
  entries: readonly unknown[],
  count: number,
): JsonObject[] {
  if (entries.length !== count)
    throw wrongAnswer(endpoint, `${count} results`, `${entries.length}`);
  const ordered = new Array<JsonObject | undefined>(count);
  const numbered = entries.some((entry) => isObject(entry) && entry.index !== undefined);
  for (const [place, entry] of entries.entries()) {
    if (!isObject(entry))
      throw wrongAnswer(endpoint, "objects", JSON.stringify(entry).slice(0, 60));
    const index = numbered ? entry.index : place;
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
      throw wrongAnswer(endpoint, `indexes from 0 to ${count - 1}`, `the index ${shown(index)}`);
    }
    if (ordered[index] !== undefined) {
      throw wrongAnswer(endpoint, "every index once", `the index ${index} twice`);
    }
    ordered[index] = entry;
  }
  return ordered as JsonObject[];
}

/** `value` if it is a finite number. */
export function finiteNumber(
  endpoint: Endpoint,
  value: unknown,
  field: string,
  index: number,
): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrongAnswer(endpoint, `a finite ${field}`, `${shown(value)} for text ${index}`);
}

/** What stands where a list was expected, in a few words. */
export function shapeOf(value: unknown): string {
  if (isObject(value))
    return `an object with the fields ${Object.keys(value).slice(0, 9).join(", ")}`;
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** The error of an answer that cannot be used. */
export function wrongAnswer(
  { what, redact }: Endpoint,
  expected: string,
  found: string,
): LlmlinguaError {
  return new LlmlinguaError(
    "ranker-failed",
    `The answer of ${what} cannot be used: expected ${expected}, found ${redact(found)}. Check its URL and model.`,
  );
}

function shown(value: unknown): string {
  return value === undefined ? "none" : String(JSON.stringify(value)).slice(0, 40);
}
