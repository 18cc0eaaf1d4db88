/**
 * The folder in which an output is to lie.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { AlignmentError } from "./errors.js";

/**
 * Makes a folder and those above it, where they are not there.
 *
 * @param folder - an absolute path
 * @throws AlignmentError `invalid-option` where that cannot be done
 */
export async function makeFolder(folder: string): Promise<void> {
  await make(folder).catch((cause: Error) => {
    const message = `Cannot make the folder ${folder}: ${cause.message}. Give another --out.`;
    throw new AlignmentError("invalid-option", message, { cause });
  });
}

/** Not by `recursive`: under /proc that never comes back. */
async function make(folder: string, isParentThere = false): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || isParentThere) throw error;
    await make(dirname(folder));
    await make(folder, true);
  }
}
