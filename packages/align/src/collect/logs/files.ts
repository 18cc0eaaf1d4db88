/**
 * The entries of log files and folders, one after another.
 *
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { AlignmentError } from "../../errors.js";
import { cannotRead, jsonOf, linesOf } from "../../pairs/index.js";

/** A value of a log, or why there is none. */
export interface LogEntry {
  /** `FILE:LINE`, or `FILE#ENTRY` of a list, both from 1. */
  readonly source: string;
  /** `undefined` where what stands there is no JSON. */
  readonly value: unknown;
}

/**
 * Files below `paths`, each once, in order of their names.
 *
 * @param without - files that are no logs: what is written here
 * @throws AlignmentError `data-missing`, also for a folder without a file of logs
 */
export async function logFiles(
  paths: readonly string[],
  without: readonly string[],
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const hidden = new Set(without.map((path) => resolve(path)));
  const found = new Map<string, { readonly path: string; readonly name: string }>();
  for (const root of paths) {
    const files = await filesBelow(root);
    if (files.length === 0) {
      const message = `There is no .jsonl or .json file in ${root}. Give a file or folder of logs.`;
      throw new AlignmentError("data-missing", message);
    }
    for (const path of files.filter((file) => !hidden.has(resolve(file)))) {
      const name =
        path === root ? basename(path) : join(basename(resolve(root)), relative(root, path));
      if (!found.has(resolve(path))) found.set(resolve(path), { path, name });
    }
  }
  return [...found.values()];
}

async function filesBelow(root: string): Promise<readonly string[]> {
  try {
    if (!(await stat(root)).isDirectory()) return [root];
    const names = await readdir(root, { recursive: true, withFileTypes: true });
    return names
      .filter((file) => file.isFile() && /\.jsonl?$/i.test(file.name))
      .map((file) => join(file.parentPath, file.name))
      .sort();
  } catch (cause) {
    throw cannotRead(root, cause);
  }
}

/** Entries of a file: its lines, or of `.json` the value or the items of its list. */
export async function* entriesOf(file: {
  readonly path: string;
  readonly name: string;
}): AsyncGenerator<LogEntry> {
  const { path, name } = file;
  if (/\.json$/i.test(path)) {
    const value = await wholeOf(path);
    if (value !== undefined) {
      const items = Array.isArray(value) && !isConversation(value) ? value : [value];
      for (const [at, item] of items.entries()) yield { source: `${name}#${at + 1}`, value: item };
      return;
    }
  }
  for await (const { line, text } of linesOf(path)) {
    const read = jsonOf(text);
    yield { source: `${name}:${line}`, value: typeof read === "string" ? undefined : read.json };
  }
}

/** A list of messages is one entry. */
function isConversation(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item === "object" && item !== null && "role" in item);
}

/** Undefined where the file is not one value, as when it has lines after all. */
async function wholeOf(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw cannotRead(path, cause);
  });
  const read = jsonOf(text.replace(/^\ufeff/, ""));
  return typeof read === "string" ? undefined : read.json;
}
