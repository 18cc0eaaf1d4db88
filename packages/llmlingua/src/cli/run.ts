/**
 * Words of the command line → exit code. Everything but the process itself.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { CommanderError } from "@commander-js/extra-typings";
import { llmlinguaCode, UsageError } from "./errors.js";
import type { CliContext, Io } from "./io.js";
import { createProgram, HELP_HINT } from "./program.js";
import { visible } from "./visible.js";

/** 0 fine, 1 the work failed, 2 wrong usage or input, 130 cancelled. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Runs one command line; never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await createProgram(context, await version()).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already written: help and version with 0, what is wrong with another code.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return report(error, context.io);
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

function report(error: unknown, { stderr, signal, env }: Io): ExitCode {
  if (signal.aborted) {
    stderr.write("cancelled\n");
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`error: ${visible(message)}\n`);
  const debug = env.DEBUG === "llmlingua";
  if (debug && error instanceof Error) stderr.write(`${visible(String(error.stack))}\n`);
  if (error instanceof UsageError) {
    stderr.write(`${HELP_HINT}\n`);
    return 2;
  }
  const known = llmlinguaCode(error) !== undefined;
  if (!known && !debug)
    stderr.write("This is unexpected; DEBUG=llmlingua shows where it happened.\n");
  return 1;
}
