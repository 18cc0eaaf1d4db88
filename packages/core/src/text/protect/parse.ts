/**
 * What to protect, written in one word: a class, a pattern, a text. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { isProtectClass, PROTECT_CLASSES, type ProtectClass } from "./classes.js";

/** `@numbers, @identifiers, …`, for messages. */
const CLASS_LIST = PROTECT_CLASSES.map(({ name }) => `@${name}`).join(", ");

/**
 * Reads what a command line says: `@numbers` is a class, `/\d+/u` a regular expression (always global),
 * anything else the text itself.
 *
 * @throws LlmlinguaError `invalid-option` for an empty text, a class that does not exist, a pattern
 * that does not compile
 *
 * @example
 * ```ts
 * import { parseProtect } from "@llmlingua/core";
 *
 * parseProtect("@numbers"); // { class: "numbers" }
 * parseProtect("/#\\d+/"); // /#\d+/g
 * parseProtect("Torvik"); // "Torvik"
 * ```
 */
export function parseProtect(raw: string): string | RegExp | { readonly class: ProtectClass } {
  if (raw === "") {
    throw invalid(
      `protect is empty. It must not be empty: give a text, /a pattern/ or ${CLASS_LIST}.`,
    );
  }
  if (/^@[a-z]+(?:-[a-z]+)*$/.test(raw)) {
    const name = raw.slice(1);
    if (isProtectClass(name)) return { class: name };
    throw invalid(
      `protect is ${JSON.stringify(raw)}, which is no class; there are ${CLASS_LIST}. To protect that text itself, write /${raw}/.`,
    );
  }
  const pattern = /^\/(.+)\/([a-z]*)$/s.exec(raw);
  return pattern ? patternOf(raw, pattern[1], pattern[2]) : raw;
}

function patternOf(raw: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const literal = raw.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    throw invalid(
      `protect is ${JSON.stringify(raw)}, read as a pattern: ${reason}. To protect that text itself, write /${literal}/.`,
      cause,
    );
  }
}

function invalid(message: string, cause?: unknown): LlmlinguaError {
  return new LlmlinguaError("invalid-option", message, { cause });
}
