/**
 * The files of a checkpoint's folder: their names, and their removal. Nothing else there is touched.
 *
 * @module
 */
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** Names the tensors that count; replaced as a whole. */
export const STATE = "state.json";

/** Behind the name of a file that is not finished. */
export const UNFINISHED = ".part";

const TENSORS = /^step-\d+-[0-9a-f]{16}\.safetensors(?:\.part)?$/;

/** Named by its contents, so that no file that counts is ever written over. */
export function tensorsName(step: number, sha256: string): string {
  return `step-${step}-${sha256.slice(0, 16)}.safetensors`;
}

/** The first name in a folder that no checkpoint gives; undefined where there is none, or no folder. */
export async function foreignIn(folder: string): Promise<string | undefined> {
  const names = await namesIn(folder);
  return names.sort().find((name) => !isState(name) && !TENSORS.test(name));
}

/** Removes tensors that `kept` is not. */
export async function removeOthers(folder: string, kept: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (TENSORS.test(name) && name !== kept) await rm(join(folder, name), { force: true });
}

/** Removes a checkpoint, and the folder where that leaves it empty. */
export async function removeOwn(folder: string): Promise<void> {
  const names = await namesIn(folder);
  // First what makes it count: tensors without it are known as leftovers.
  for (const name of names.filter(isState)) await rm(join(folder, name), { force: true });
  for (const name of names.filter((name) => TENSORS.test(name)))
    await rm(join(folder, name), { force: true });
  await rmdir(folder).catch(() => undefined);
}

function isState(name: string): boolean {
  return name === STATE || name === STATE + UNFINISHED;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
