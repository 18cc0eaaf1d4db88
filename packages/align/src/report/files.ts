/**
 * The report's files: each whole or not at all, and none that is left of an earlier report.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AlignmentError, type AlignmentErrorCode } from "../errors.js";
import { makeFolder } from "../make-folder.js";

/** Makes the folder of a report. @throws AlignmentError `invalid-option` where it cannot be written to */
export async function makeReportFolder(out: string): Promise<void> {
  await makeFolder(resolve(out));
  // A file in its place is there, too.
  await orThrow("invalid-option", out, () => access(`${out}/`, constants.W_OK));
}

/**
 * Writes files beside their names, then renames them; one without a text is removed.
 *
 * @throws AlignmentError `write-failed`; what was not renamed yet is as it was
 */
export async function writeFiles(
  out: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const suffix = `.part-${randomUUID().slice(0, 8)}`;
  const texts = Object.entries(files).flatMap(([name, text]) =>
    text === undefined ? [] : [{ path: join(out, name), text }],
  );
  const gone = Object.keys(files).filter((name) => files[name] === undefined);
  await orThrow("write-failed", out, async () => {
    try {
      for (const { path, text } of texts) await writeFile(path + suffix, text);
      for (const name of gone) await rm(join(out, name), { force: true });
      for (const { path } of texts) await rename(path + suffix, path);
    } catch (error) {
      for (const { path } of texts) await rm(path + suffix, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

/** Records as JSON lines. */
export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

async function orThrow(
  code: AlignmentErrorCode,
  out: string,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot write the report to ${out}: ${reason}. Give another --out.`;
    throw new AlignmentError(code, message, { cause });
  }
}
