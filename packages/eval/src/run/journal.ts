/**
 * A file of JSON lines that survives a kill: appended to line by line, read back on resumption.
 *
 * @module
 */
import { appendFile, open, readFile } from "node:fs/promises";
import type { z } from "zod";
import { EvaluationError } from "../errors.js";

export interface Journal<T> {
  /** What was there when it was opened, and what was added since, in order. */
  readonly records: readonly T[];
  /** Written when the promise resolves; calls from several sides are written one after another. */
  add(record: T): Promise<void>;
}

/**
 * Opens or begins a journal. A last line that a kill cut off is removed; its work is done again.
 *
 * @throws EvaluationError `data-layout` for any other line that is no record, naming file and line
 */
export async function openJournal<T>(path: string, schema: z.ZodType<T>): Promise<Journal<T>> {
  const records = await recordsOf(path, schema);
  let last: Promise<void> = Promise.resolve();
  return {
    records,
    add(record) {
      const write = async () => {
        await appendFile(path, `${JSON.stringify(record)}\n`);
        records.push(record);
      };
      const written = last.then(write);
      // The next line is tried even where this one failed; whoever added this one hears of it.
      last = written.catch(() => undefined);
      return written;
    },
  };
}

async function recordsOf<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await textOrNothing(path);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await cutTo(path, Buffer.byteLength(whole));
  const lines = whole.split("\n").slice(0, -1);
  return lines.map((line, i) => recordOf(line, `${path}, line ${i + 1}`, schema));
}

function recordOf<T>(line: string, where: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOrNothing(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EvaluationError(
    "data-layout",
    `${where}: ${issue.path.join(".") || "the line"}: ${issue.message}. It was not written by this program; give another folder for the run.`,
  );
}

function jsonOrNothing(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function textOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

async function cutTo(path: string, bytes: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}
