/**
 * What `llmlingua align collect` says.
 *
 * @module
 */
import { type Io, visible } from "llmlingua/cli-kit";
import type { Collected } from "../collect/index.js";
import { AlignmentError } from "../errors.js";
import { counted } from "./words.js";

/** What `--dry-run` says. */
export function dryText({ open, most, logged, skipped, before }: Collected, out: string): string {
  const money = most === undefined ? "" : `, up to about ${most.toFixed(2)} USD`;
  const left = [...skipped.values()].reduce((sum, times) => sum + times, 0);
  return [
    `In ${out}: ${counted(before, "pair")}.`,
    `In logs: ${counted(logged, "pair")}, skipped: ${left}.`,
    `To ask: ${counted(open, "prompt")}${money}. Nothing was asked or written.`,
    "",
  ].join("\n");
}

/** Failures listed. */
const MOST_LISTED = 10;

/** The error of prompts that failed, the first of which are listed. */
export function failures(failed: Collected["failed"], { stderr }: Io): AlignmentError {
  for (const { where, reason } of failed.slice(0, MOST_LISTED)) {
    stderr.write(`${visible(`${where}: ${reason}`)}\n`);
  }
  const more = failed.length - MOST_LISTED;
  if (more > 0) stderr.write(`… and ${more} more\n`);
  const message = `${counted(failed.length, "prompt")} failed. The same command asks them again.`;
  return new AlignmentError("target-failed", message);
}
