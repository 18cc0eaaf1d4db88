/**
 * One process at a time in a folder of a run.
 *
 * @module
 */
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../errors.js";

/**
 * Takes the folder; the function that comes back gives it free. A lock whose process is gone is taken over.
 *
 * @throws EvaluationError `other-run` while another process of this machine writes there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "run.lock");
  for (let tries = 0; ; tries++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const owner = Number(await readFile(path, "utf8").catch(() => ""));
      if (tries > 0 || isAlive(owner)) throw busy(folder, path, owner);
      await rm(path, { force: true });
    }
  }
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

function busy(folder: string, path: string, owner: number): EvaluationError {
  return new EvaluationError(
    "other-run",
    `Process ${owner} is writing to ${folder}. Wait for it or give another folder; if there is no such process, remove ${path}.`,
  );
}
