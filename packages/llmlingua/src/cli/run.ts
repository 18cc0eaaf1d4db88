/**
 * Words of the command line → exit code. Everything but the process itself.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { CommanderError } from "@commander-js/extra-typings";
import { packagedAs } from "./commands/packaged.js";
import type { CliContext, ExitCode } from "./io.js";
import { createProgram, HELP_HINT } from "./program.js";
import { report } from "./report.js";

/** Runs one command line; never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    const name = packagedAs(args[0]);
    if (name !== undefined)
      return await (await context.packaged(name)).run(args.slice(1), context.io);
    await createProgram(context, await version()).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already written: help and version with 0, what is wrong with another code.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return report(error, context.io, HELP_HINT);
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
