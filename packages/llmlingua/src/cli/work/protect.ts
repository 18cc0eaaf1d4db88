/**
 * `--protect`: a class, a regular expression between slashes, or a text. Pure.
 *
 * @module
 */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Protect, ProtectClass } from "../../index.js";
import type { Library } from "../io.js";

/** Written down, for help must not wait for the library; the compiler holds it complete. */
export const CLASSES = Object.keys({
  numbers: true,
  identifiers: true,
  dates: true,
  urls: true,
  paths: true,
  code: true,
  negations: true,
  quotes: true,
  "closing-instruction": true,
} satisfies Record<ProtectClass, true>).map((name) => `@${name}`);

/** The help text. */
export const PROTECT =
  "What must survive verbatim: a text, /re/flags for a regular expression, or a class: " +
  `${CLASSES.join(", ")}. May be given more than once.`;

/** Collects them as written: reading them takes the library. */
export function collectProtect(raw: string, before: readonly string[] = []): readonly string[] {
  if (raw === "") {
    throw new InvalidArgumentError("It must not be empty: give a text, /re/ or @class.");
  }
  return [...before, raw];
}

/** @throws LlmlinguaError `invalid-option` for a class that there is not, and a faulty expression */
export function readProtect(
  written: readonly string[] | undefined,
  { parseProtect }: Pick<Library, "parseProtect">,
): { readonly protect?: readonly Protect[] } {
  return written === undefined ? {} : { protect: written.map((raw) => parseProtect(raw)) };
}
