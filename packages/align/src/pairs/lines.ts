/**
 * The lines of a file one after another, so that files larger than memory can be gone through.
 *
 * @module
 */
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { AlignmentError } from "../errors.js";

/** A line that is not blank. */
export interface FileLine {
  /** From 1, blank ones counted. */
  readonly line: number;
  /** Undefined where the line is no UTF-8, or longer than 64 MiB. */
  readonly text: string | undefined;
  /** Whether a line feed ends it; the last line may lack it. */
  readonly isEnded: boolean;
}

const LINE_FEED = 10;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Lines that are not blank; a byte order mark and carriage returns at ends are no part of them.
 *
 * @param hash - is given every byte of the file
 * @throws AlignmentError `data-missing` where there is no such file, or it cannot be read
 */
export async function* linesOf(path: string, hash?: Hash): AsyncGenerator<FileLine> {
  let line = 1;
  let [parts, bytes]: [Buffer[], number] = [[], 0];
  const end = (isEnded: boolean): FileLine => {
    const text = bytes > MOST_BYTES ? undefined : decoded(Buffer.concat(parts));
    [parts, bytes] = [[], 0];
    return { line: line++, text, isEnded };
  };
  for await (const chunk of chunksOf(path)) {
    hash?.update(chunk);
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      bytes += at - from;
      if (bytes <= MOST_BYTES) parts.push(chunk.subarray(from, at));
      from = at + 1;
      const whole = end(true);
      if (whole.text?.trim() !== "") yield whole;
    }
    bytes += chunk.length - from;
    if (bytes <= MOST_BYTES) parts.push(chunk.subarray(from));
  }
  const last = end(false);
  if (last.text?.trim() !== "") yield last;
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk;
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

/** The error of a file or folder that cannot be read. */
export function cannotRead(path: string, cause: unknown): AlignmentError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const what = code === "ENOENT" ? `There is no ${path}` : `Cannot read ${path}: ${code}`;
  return new AlignmentError("data-missing", `${what}. Give a file of JSON lines.`, { cause });
}

/** A byte order mark goes; undefined for what is no UTF-8. */
export function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
