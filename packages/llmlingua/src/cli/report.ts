/**
 * An error → words on standard error and an exit code.
 *
 * @module
 */
import { errorCode, UsageError } from "./errors.js";
import type { ExitCode, Io } from "./io.js";
import { visible } from "./visible.js";

/** @param hint - the way out of every usage error */
export function report(error: unknown, { stderr, signal, env }: Io, hint: string): ExitCode {
  if (signal.aborted) {
    stderr.write("cancelled\n");
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`error: ${visible(message)}\n`);
  const debug = env.DEBUG === "llmlingua";
  if (debug && error instanceof Error) stderr.write(`${visible(String(error.stack))}\n`);
  if (error instanceof UsageError) {
    stderr.write(`${hint}\n`);
    return 2;
  }
  if (errorCode(error) === undefined && !debug)
    stderr.write("This is unexpected; DEBUG=llmlingua shows where it happened.\n");
  return 1;
}
