/**
 * Where results and remarks go.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { group, text, toggle } from "./args/flags.js";
import { UsageError } from "./errors.js";
import { reason, STDIN } from "./input/read.js";
import type { Io } from "./io.js";

/** Flags every command has beside its own; `--help` is taken by the dispatcher. */
export const commonFlags = group("General", {
  verbose: toggle("Say what was done even when standard error is not a terminal."),
  help: toggle("Print this.", { short: "h" }),
});

export const outFlag = text("FILE", "Write the result to FILE; - is standard output.", {
  short: "o",
});

/** Writes exactly `content` to a file, or to standard output when there is no path or `-`. */
export async function deliver(content: string, path: string | undefined, io: Io): Promise<void> {
  if (path === undefined || path === STDIN) {
    io.stdout.write(content);
    return;
  }
  try {
    await writeFile(path, content);
  } catch (error) {
    const why = reason(error).replace("there is no such file", "there is no such folder");
    throw new UsageError(`Cannot write ${path}: ${why}`, { cause: error });
  }
}

/** One line on standard error, for people and for `--verbose`. */
export function remark(line: string, verbose: boolean | undefined, { stderr }: Io): void {
  if (verbose || stderr.isTTY) stderr.write(`${line}\n`);
}
