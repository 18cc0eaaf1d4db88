/**
 * Reading values of unknown form: loose, for logs are written by others. Pure.
 *
 * @module
 */

export type Fields = Readonly<Record<string, unknown>>;

/** Why a log entry makes no pair; shown and counted. */
export type Skip =
  | "no prompt"
  | "no answer"
  | "empty prompt"
  | "empty answer"
  | "the request failed"
  | "tool calls"
  | "images, sound or files"
  | "a refusal"
  | "the answer's beginning is in the prompt"
  | "a role that is not known"
  | "a batch request without its answer"
  | "a batch answer without its request"
  | "several batch requests of one custom_id"
  | "not JSON"
  | "not an object"
  | "a file that is neither .jsonl nor .json"
  | "a link that leads to no file";

/** An object's fields; undefined for anything else. JSON in a text is read, for loggers nest it. */
export function fieldsOf(value: unknown): Fields | undefined {
  const read = unpacked(value);
  return typeof read === "object" && read !== null && !Array.isArray(read)
    ? (read as Fields)
    : undefined;
}

/** What a text that holds a JSON object or list says; everything else as it is. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The first of `names` that has a value, with it. */
export function firstOf(
  fields: Fields,
  names: readonly string[],
): { readonly name: string; readonly value: unknown } | undefined {
  const name = names.find((one) => fields[one] !== undefined && fields[one] !== null);
  return name === undefined ? undefined : { name, value: fields[name] };
}

export function isSkip<T extends object>(value: T | Skip): value is Skip {
  return typeof value === "string";
}

/** A text, or nothing. */
export function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
