/**
 * A file of JSON lines that survives a kill: appended to line by line, a torn last line goes. A file with a line
 * that is none of its own stays as it is.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AlignmentError } from "../errors.js";
import { type FileLine, linesOf } from "./lines.js";
import { type Tail, tailOf } from "./tail.js";
import type { Pair } from "./types.js";

export interface Journal {
  /**
   * Opens the file and mends its end; nothing is changed before. One that is not there, or empty, is begun by the
   * first record.
   *
   * @param before - is done before the first record is written
   * @throws AlignmentError `invalid-option` where it cannot be written to
   */
  start(before?: () => Promise<void>): Promise<void>;
  /** On the disk's side when the promise resolves; several calls are written one after another. */
  add(record: object): Promise<void>;
  /** After what is under way. */
  close(): Promise<void>;
}

export interface JournalForm {
  /** How every line that is written here begins: what of a torn line tells whose it is. */
  readonly begin: string;
  /** Takes a line of the file; why it is none of this journal's, where it is none. */
  take(line: FileLine): string | undefined;
}

/** How {@link pairRecord} begins. */
export const PAIR_BEGIN = '{"id":"';

/** `pair` as it is written, fields in a fixed order. */
export function pairRecord({ id, messages, answer, model, source, finished, group }: Pair): object {
  return { id, messages, answer, model, source, finished, group };
}

/**
 * Reads a journal that may not be there yet. A last line without an end, as a kill leaves it, is taken where it
 * is whole JSON; where it is the beginning of one of ours it is passed over, and removed at the start.
 *
 * @throws AlignmentError `data-layout` for a line that is not taken, `invalid-option` where it cannot be read
 */
export async function readJournal(path: string, form: JournalForm): Promise<Journal> {
  const tail = await tailOf(path);
  if (hasText(tail)) await takeAll(path, form, tail);
  return journalOf(path, tail);
}

function hasText(tail: Tail | undefined): tail is Tail {
  return tail !== undefined && tail.from + tail.length > 0;
}

async function takeAll(path: string, { begin, take }: JournalForm, tail: Tail): Promise<void> {
  for await (const line of linesOf(path)) {
    const isTorn = !line.isEnded && !tail.isWhole;
    if (isTorn && tail.isBeginning(begin)) continue;
    const reason = take(line);
    if (reason === undefined) continue;
    const message = `${path}, line ${line.line}: ${reason}. Mend or remove the line, or give another --out.`;
    throw new AlignmentError("data-layout", message);
  }
}

function journalOf(path: string, tail: Tail | undefined): Journal {
  let file: FileHandle | undefined;
  let size = 0;
  let before: (() => Promise<void>) | undefined;
  const begin = async () => {
    try {
      file = await open(path, "a+");
      size = tail === undefined ? 0 : await mended(file, tail);
    } catch (cause) {
      await file?.close();
      throw notWritten("invalid-option", path, cause, "Give another --out");
    }
    return file;
  };
  const write = async (record: object) => {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    await before?.();
    before = undefined;
    file ??= await begin();
    try {
      await file.appendFile(line);
      size += line.length;
    } catch (cause) {
      // What was written of the line goes, so that the next one does not hang on to it.
      await file.truncate(size).catch(() => undefined);
      throw notWritten(
        "write-failed",
        path,
        cause,
        "What was written before is kept; the same command goes on",
      );
    }
  };
  let last: Promise<void> = Promise.resolve();
  return {
    async start(first) {
      before = first;
      if (hasText(tail)) await begin();
    },
    add(record) {
      const written = last.then(() => write(record));
      last = written.catch(() => undefined);
      return written;
    },
    close: () => last.then(() => file?.close()),
  };
}

/** The file's size once its last line is whole. */
async function mended(file: FileHandle, { from, length, isWhole }: Tail): Promise<number> {
  if (length === 0) return from;
  if (!isWhole) {
    await file.truncate(from);
    return from;
  }
  await file.appendFile("\n");
  return from + length + 1;
}

function notWritten(
  code: "invalid-option" | "write-failed",
  path: string,
  cause: unknown,
  wayOut: string,
): AlignmentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AlignmentError(code, `Cannot write ${path}: ${reason}. ${wayOut}.`, {
    cause,
  });
}
