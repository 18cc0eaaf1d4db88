/**
 * Where results and remarks go.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { Option } from "@commander-js/extra-typings";
import { UsageError } from "./errors.js";
import { reason, STDIN } from "./input/read.js";
import type { Io } from "./io.js";
import { visibleLine } from "./visible.js";

/** Of every command. */
export const verboseOption = new Option(
  "--verbose",
  "Say what was done even when standard error is not a terminal.",
).helpGroup("General:");

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
  if (verbose || stderr.isTTY) stderr.write(`${visibleLine(line)}\n`);
}
