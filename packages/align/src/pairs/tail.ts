/**
 * What stands behind the last line feed of a file: a line that a kill cut off, or one that lacks its end alone.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AlignmentError } from "../errors.js";
import { decoded } from "./lines.js";

export interface Tail {
  /** Byte at which it begins, and its length; 0 where the last line is ended. */
  readonly from: number;
  readonly length: number;
  /** Whether it is JSON, an object or a list. */
  readonly isWhole: boolean;
  /** Whether it begins with `text`, or is itself a beginning of it. */
  isBeginning(text: string): boolean;
}

/** Undefined where there is no such file. @throws AlignmentError `invalid-option` where it cannot be read */
export async function tailOf(path: string): Promise<Tail | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const bytes = await lastLine(file, size);
      return {
        from: size - bytes.length,
        length: bytes.length,
        isWhole: isJson(bytes),
        isBeginning(text) {
          const begin = Buffer.from(text);
          const length = Math.min(begin.length, bytes.length);
          return bytes.subarray(0, length).equals(begin.subarray(0, length));
        },
      };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot read ${path}: ${reason}. Give another --out.`;
    throw new AlignmentError("invalid-option", message, { cause });
  }
}

const STEP = 2 ** 16;

async function lastLine(file: FileHandle, size: number): Promise<Buffer> {
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
    return typeof JSON.parse(decoded(bytes) ?? "") === "object";
  } catch {
    return false;
  }
}
