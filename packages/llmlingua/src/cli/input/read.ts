/**
 * Bytes from files and standard input, as text or as an error that says what is wrong.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { untilAborted } from "../abort.js";
import { systemCode, UsageError } from "../errors.js";
import type { Io } from "../io.js";

/** Name of standard input on the command line. */
export const STDIN = "-";

/** Text of `path`, or of standard input for `-`; throws UsageError when it cannot be read. */
export async function readText(path: string, io: Io): Promise<string> {
  const name = path === STDIN ? "standard input" : path;
  const bytes = path === STDIN ? await readStdin(io) : await readBytes(path);
  return decode(bytes, name);
}

/** Bytes as UTF-8; a byte order mark is dropped, anything that is not text is refused. */
export function decode(bytes: Uint8Array, name: string): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw notText(name, nul, "a NUL byte", bytes);
  if (!isUtf8(bytes)) throw notText(name, firstInvalid(bytes), "not valid UTF-8", bytes);
  return new TextDecoder().decode(bytes);
}

function notText(name: string, offset: number, what: string, bytes: Uint8Array): UsageError {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const way = utf16
    ? "It looks like UTF-16: convert it to UTF-8 first."
    : "Give a UTF-8 text file.";
  return new UsageError(`${name} is not text: ${what} at byte ${offset}. ${way}`);
}

/** Offset of the first byte that no valid UTF-8 can have there; `length` if the end is cut off. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${reason(error)}`, { cause: error });
  }
}

/** Why the operating system refused, in words, with a full stop. */
export function reason(error: unknown): string {
  const code = systemCode(error);
  if (code === "ENOENT") return "there is no such file.";
  if (code === "EISDIR") return "it is a directory; give files.";
  if (code === "EACCES" || code === "EPERM") return "permission denied.";
  return error instanceof Error ? error.message : String(error);
}

async function readStdin({ stdin, signal }: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const collect = async () => {
    for await (const chunk of stdin) chunks.push(chunk);
  };
  await untilAborted(collect(), signal);
  return Buffer.concat(chunks);
}
