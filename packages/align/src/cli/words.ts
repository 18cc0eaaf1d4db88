/**
 * Numbers and command lines as the commands print them. Pure.
 *
 * @module
 */
import { quoted } from "@llmlingua/eval/cli-kit";

/** `1 pair`, `2 pairs`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** What was typed, without what may be a key in URLs. */
export function commandOf(words: readonly string[]): string {
  return ["llmlingua align", ...words.map(quoted)].join(" ");
}
