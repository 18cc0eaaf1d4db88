/**
 * `--protect`: a text, or a regular expression between slashes. Pure.
 *
 * @module
 */
import { UsageError } from "../errors.js";

/** `/\d+/u` → a global regular expression; anything else is the text itself. */
export function parseProtect(raw: string): string | RegExp {
  if (raw === "") throw new UsageError("--protect needs a text; got an empty one.");
  const match = /^\/(.+)\/([a-z]*)$/s.exec(raw);
  if (!match) return raw;
  const [, source, flags] = match;
  try {
    return new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--protect ${raw} is not a regular expression: ${message}.`);
  }
}
