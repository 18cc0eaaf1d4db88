/**
 * A file of JSON lines that survives a kill: appended to line by line, a torn last line goes.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AlignmentError } from "../errors.js";
import type { Pair } from "./types.js";

export interface Journal {
  /** On the disk's side when the promise resolves; several calls are written one after another. */
  add(record: object): Promise<void>;
  /** After what is under way. */
  close(): Promise<void>;
}

/** `pair` as it is written, fields in a fixed order. */
export function pairRecord({ id, messages, answer, model, source, finished }: Pair): object {
  return { id, messages, answer, model, source, finished };
}

/**
 * Opens or begins a file of JSON lines. A last line without an end, as a kill leaves it, is removed, unless
 * it is whole JSON: then its end is added.
 *
 * @throws AlignmentError `write-failed`
 */
export async function openJournal(path: string): Promise<Journal> {
  const file = await open(path, "a+").catch((cause) => {
    throw notWritten(path, cause, "Give another --out");
  });
  let size = await mended(file).catch(async (cause) => {
    await file.close();
    throw notWritten(path, cause, "Give another --out");
  });
  const write = async (record: object) => {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      await file.appendFile(line);
      size += line.length;
    } catch (cause) {
      // What was written of the line goes, so that the next one does not hang on to it.
      await file.truncate(size).catch(() => undefined);
      throw notWritten(path, cause, "What was written before is kept; the same command goes on");
    }
  };
  let last: Promise<void> = Promise.resolve();
  return {
    add(record) {
      const written = last.then(() => write(record));
      last = written.catch(() => undefined);
      return written;
    },
    close: () => last.then(() => file.close()),
  };
}

/** The file's size once its last line is whole. */
async function mended(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const tail = await tailOf(file, size);
  if (tail.length === 0) return size;
  if (isJson(tail)) {
    await file.appendFile("\n");
    return size + 1;
  }
  await file.truncate(size - tail.length);
  return size - tail.length;
}

const STEP = 2 ** 16;

/** What stands behind the last line feed. */
async function tailOf(file: FileHandle, size: number): Promise<Buffer> {
  let tail = Buffer.alloc(0);
  for (let from = size; from > 0; ) {
    const length = Math.min(STEP, from);
    from -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, from);
    const at = buffer.lastIndexOf("\n");
    tail = Buffer.concat([buffer.subarray(at + 1), tail]);
    if (at >= 0) break;
  }
  return tail;
}

function isJson(bytes: Buffer): boolean {
  try {
    return typeof JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) === "object";
  } catch {
    return false;
  }
}

function notWritten(path: string, cause: unknown, wayOut: string): AlignmentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AlignmentError("write-failed", `Cannot write ${path}: ${reason}. ${wayOut}.`, {
    cause,
  });
}
