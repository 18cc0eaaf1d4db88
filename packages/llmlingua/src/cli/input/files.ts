/**
 * Which of the files is read, and that there is something in it.
 *
 * @module
 */
import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { readText, STDIN } from "./read.js";

/**
 * The FILEs, or standard input where there is nothing else.
 *
 * @throws UsageError without any, and where standard input is named twice
 */
export function sourcesOf(
  files: readonly string[],
  extra: readonly string[],
  { stdin }: Io,
): readonly string[] {
  refuseTwice([...files, ...extra]);
  if (files.length + extra.length > 0) return files;
  if (!stdin.isTTY) return [STDIN];
  throw new UsageError("No input. Give a FILE, pipe text in, or write - to type it.");
}

/** Standard input has one reading in it. */
export function refuseTwice(paths: readonly string[]): void {
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new UsageError("Standard input (-) can be read only once.");
  }
}

/** A text that is not blank. */
export async function filled(path: string, io: Io): Promise<string> {
  const text = await readText(path, io);
  if (text.trim() !== "") return text;
  const what = text === "" ? "empty" : "blank";
  throw new UsageError(`${fileName(path, true)} is ${what}: nothing to compress.`);
}

/** As messages say it. */
export function fileName(path: string, isFirst = false): string {
  if (path !== STDIN) return path;
  return isFirst ? "Standard input" : "standard input";
}

export function dropLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
