/**
 * Errors of the library about what was asked, in the words of the command line.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { errorCode, UsageError } from "../errors.js";
import { RENAMED, withCompression } from "./options.js";
import { RANK_KEY } from "./rank-flags.js";

/** Wrong options and prompts become UsageErrors that name flags; everything else stays. */
export function inFlags(error: unknown): unknown {
  const code = errorCode(error);
  if (!(error instanceof Error) || (code !== "invalid-option" && code !== "invalid-prompt")) {
    return error;
  }
  const message = code === "invalid-option" ? flagged(error.message) : error.message;
  return new UsageError(message, { cause: error });
}

/** `unitScore is "max"` → `--unit-score is "max"`; quoted text stays as it is. */
function flagged(message: string): string {
  const names = flagNames();
  const flag = (name: string) => names.get(name.replace(/^auto\./, "")) ?? name;
  return message
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((piece, i) => {
      if (i % 2 === 1) return piece;
      const camel = piece.replace(/\b(?:auto\.)?[a-z]+(?:[A-Z][a-z]*)+\b/g, flag);
      const place = i === 0 ? /(^|where |does not take )([a-z][a-z.]*)\b/g : PLACES;
      return camel.replace(place, (_, before: string, name: string) => before + flag(name));
    })
    .join("");
}

/** Where a word is the name of an option. */
const PLACES = /(where |does not take )([a-z][a-z.]*)\b/g;

/** Flag of each option of the library. */
function flagNames(): Map<string, string> {
  const names = new Map<string, string>([["apiKey", RANK_KEY]]);
  for (const option of withCompression(new Command()).options) {
    const key = option.attributeName();
    const name = Object.hasOwn(RENAMED, key) ? RENAMED[key as keyof typeof RENAMED] : key;
    if (option.long && !names.has(name)) names.set(name, option.long);
  }
  return names;
}
