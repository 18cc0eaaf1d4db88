/**
 * `--protect`: a text, or a regular expression between slashes. Pure.
 *
 * @module
 */
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** Reads one more of them. */
export function collectProtect(
  raw: string,
  before: readonly (string | RegExp)[] = [],
): readonly (string | RegExp)[] {
  return [...before, parseProtect(raw)];
}

/** `/\d+/u` → a global regular expression; anything else is the text itself. */
function parseProtect(raw: string): string | RegExp {
  if (raw === "") throw new InvalidArgumentError("It must not be empty.");
  const match = /^\/(.+)\/([a-z]*)$/s.exec(raw);
  if (!match) return raw;
  const [, source, flags] = match;
  try {
    return new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : String(error)}.`);
  }
}
