/**
 * The command: words behind `llmlingua align` → exit code.
 *
 * @module
 */
import { CommanderError } from "@commander-js/extra-typings";
import { EvaluationError } from "@llmlingua/eval";
import { type ExitCode, type Io, report } from "llmlingua/cli-kit";
import { AlignmentError, type AlignmentErrorCode } from "../errors.js";
import { createCommands, HINT } from "./commands.js";

/** Errors of what was given, not of the work. */
const USAGE: readonly string[] = [
  "invalid-option",
  "data-missing",
  "data-layout",
  "too-few-pairs",
  "other-base",
  "other-run",
] satisfies readonly AlignmentErrorCode[];

/** Runs one command line; never rejects. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createCommands(io, words).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already written: help with 0, what is wrong with another code.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const code = report(error, io, HINT);
    const isOurs = error instanceof AlignmentError || error instanceof EvaluationError;
    return code === 1 && isOurs && USAGE.includes(error.code) ? 2 : code;
  }
}
