/**
 * Files of data: texts, JSON and JSON lines, checked once where they are read.
 *
 * What is not there is `data-missing`, what is not as its task's README says `data-layout`: both name the
 * file, the latter line and field. A byte order mark and carriage returns before line feeds go.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { z } from "zod";
import { EvaluationError } from "../errors.js";

/** The items that ship with this package, in the layouts of the public data. */
export const SHIPPED_DATA = fileURLToPath(new URL("../../data", import.meta.url));

/** A file and what should be in it; `expected` is a sentence for whoever has to mend it. */
export interface DataFile {
  readonly path: string;
  readonly expected: string;
}

/** A line of a file and what stands in it. */
export interface Line<T> {
  /** From 1. */
  readonly line: number;
  readonly value: T;
}

/**
 * `name` in the folder of public data, or in the package's where there is none.
 *
 * @throws EvaluationError `data-missing` where the folder itself is not there
 */
export function dataPath(data: string | undefined, name: string): string {
  if (data !== undefined && !existsSync(data)) {
    throw new EvaluationError("data-missing", `No folder ${data}. Give one that holds ${name}.`);
  }
  return join(data ?? SHIPPED_DATA, name);
}

/** Text of a file, unpacked where its name ends in .gz. */
export async function textOf({ path, expected }: DataFile): Promise<string> {
  const stored = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === "ENOENT" ? `No file ${path}.` : `Cannot read ${path}: ${cause.code}.`;
    throw new EvaluationError("data-missing", `${what} ${expected}`, { cause });
  });
  const bytes = path.endsWith(".gz") ? await unpacked(stored, path) : stored;
  const text = decoded(bytes, path, expected).replaceAll("\r\n", "\n");
  if (text.trim() === "") throw new EvaluationError("data-layout", `${path} is empty. ${expected}`);
  return text;
}

async function unpacked(bytes: Buffer, path: string): Promise<Buffer> {
  return promisify(gunzip)(bytes).catch((cause: Error) => {
    throw new EvaluationError("data-layout", `${path} is not in gzip's format: ${cause.message}.`, {
      cause,
    });
  });
}

function decoded(bytes: Buffer, path: string, expected: string): string {
  const isBinary = bytes.includes(0);
  try {
    if (!isBinary) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Said below.
  }
  throw new EvaluationError("data-layout", `${path} is not text in UTF-8. ${expected}`);
}

/** A file of one JSON value. */
export async function jsonOf<T>(file: DataFile, schema: z.ZodType<T>): Promise<T> {
  return checked(parsed(await textOf(file), file.path), schema, file.path);
}

/** A file of one JSON value a line; empty lines are passed over. */
export async function jsonLinesOf<T>(file: DataFile, schema: z.ZodType<T>): Promise<Line<T>[]> {
  const lines = (await textOf(file)).split("\n").map((text, at) => ({ text, line: at + 1 }));
  return lines
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, line }) => {
      const where = `${file.path}, line ${line}`;
      return { line, value: checked(parsed(text, where), schema, where) };
    });
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, LONGEST) : "";
    throw new EvaluationError("data-layout", `${where} is not JSON: ${why}`, { cause });
  }
}

/** Characters of a parser's message, which may quote what it read. */
const LONGEST = 200;

/**
 * `value`, if the schema takes it.
 *
 * @throws EvaluationError `data-layout` with `where` and the first field that is wrong
 */
export function checked<T>(value: unknown, schema: z.ZodType<T>, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw layoutError(where, path, message);
}

/** The error of a field that is not as it should be. */
export function layoutError(
  where: string,
  path: readonly PropertyKey[],
  why: string,
  options?: ErrorOptions,
): EvaluationError {
  const name = path.reduce<string>((left, key) => {
    if (typeof key === "number") return `${left}[${key}]`;
    return left === "" ? String(key) : `${left}.${String(key)}`;
  }, "");
  const field = name === "" ? "" : `, field ${name}`;
  return new EvaluationError("data-layout", `${where}${field}: ${why.slice(0, LONGEST)}`, options);
}
