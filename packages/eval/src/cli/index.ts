/**
 * The command: words behind `llmlingua eval` → exit code.
 *
 * @module
 */
import { CommanderError } from "@commander-js/extra-typings";
import { type ExitCode, type Io, report } from "llmlingua/cli-kit";
import { EvaluationError, type EvaluationErrorCode } from "../errors.js";
import { createCommands } from "./commands.js";

const HINT = "llmlingua eval <task> --help shows what can be given.";

/** Errors of what was given, not of the work. */
const USAGE: readonly EvaluationErrorCode[] = [
  "invalid-option",
  "data-missing",
  "data-layout",
  "other-run",
];

/** Runs one command line; never rejects. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createCommands(io, words).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already written: help with 0, what is wrong with another code.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const code = report(error, io, HINT);
    return code === 1 && error instanceof EvaluationError && USAGE.includes(error.code) ? 2 : code;
  }
}
