/**
 * One process at a time in a folder of a run.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../errors.js";

/**
 * Takes the folder, or what `name` names in it; the function that comes back gives it free. A lock whose process is gone is taken over.
 *
 * @param name - of the lock, without `.lock`; default `run`
 * @param shown - what messages name; default the folder, or what `name` names in it
 * @throws EvaluationError `other-run` while another process of this machine writes there, `invalid-option`
 * where the folder cannot be written to
 */
export async function lockFolder(
  folder: string,
  name?: string,
  shown = join(folder, name ?? ""),
): Promise<() => Promise<void>> {
  const path = join(folder, `${name ?? "run"}.lock`);
  const own = `${path}.${process.pid}.${randomUUID()}`;
  try {
    // Linked into place with its contents: nobody ever sees an empty lock.
    await writeFile(own, String(process.pid));
    for (let tries = 0; !(await linked(own, path)); tries++) {
      const owner = (await ownerOf(path)) ?? 0;
      if (tries > 0 || isAlive(owner)) throw busy(shown, path, owner);
      await removeStale(shown, path, own);
    }
  } catch (error) {
    throw error instanceof EvaluationError ? error : unwritable(folder, error);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
  return () => rm(path, { force: true });
}

/**
 * Removes the lock of a process that is gone. Only who holds the second lock may, and reads the owner again: another
 * process may have taken the folder since, and its lock must stay.
 */
async function removeStale(shown: string, path: string, own: string): Promise<void> {
  const guard = `${path}.stale`;
  if (!(await linked(own, guard))) throw busy(shown, guard, (await ownerOf(guard)) ?? 0);
  try {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Undefined without a lock. */
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function unwritable(folder: string, cause: unknown): EvaluationError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EvaluationError(
    "invalid-option",
    `Cannot write to the folder ${folder}: ${reason}. Give another one.`,
    { cause },
  );
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function busy(shown: string, path: string, owner: number): EvaluationError {
  return new EvaluationError(
    "other-run",
    `Process ${owner} is writing to ${shown}. Wait for it or give another --out; if there is no such process, remove ${path}.`,
  );
}
