/**
 * The entries of log files and folders, one after another.
 *
 * @module
 */
import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { AlignmentError } from "../../errors.js";
import { cannotRead, decoded, jsonOf, linesOf } from "../../pairs/index.js";
import type { Skip } from "./values.js";

/** A value of a log, or why there is none. */
export interface LogEntry {
  /** `FILE:LINE`, or `FILE#ENTRY` of a list, both from 1. */
  readonly source: string;
  /** `undefined` where what stands there is no JSON. */
  readonly value: unknown;
}

/** A file of logs: its path, and its name below what was given. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
}

export interface LogFiles {
  readonly files: readonly LogFile[];
  /** What is not read, and why. */
  readonly left: readonly { readonly source: string; readonly reason: Skip }[];
}

/**
 * Files below `paths`, each once, in order of their names; links to files are followed, links to folders not.
 *
 * @param without - files that are no logs in a folder: what is written here
 * @throws AlignmentError `data-missing`, also for a folder without a file of logs; `invalid-option` for a path
 * that is itself what is written
 */
export async function logFiles(
  paths: readonly string[],
  without: readonly string[],
): Promise<LogFiles> {
  const own = await Promise.all(without.map(realOf));
  // With locks and what is not renamed yet.
  const isOwn = (real: string) =>
    own.some((one) => real === one || real === `${one}.tmp` || real.startsWith(`${one}.lock`));
  const files = new Map<string, LogFile>();
  const left: { source: string; reason: Skip }[] = [];
  for (const root of paths) {
    if (isOwn(await realOf(root))) throw ownOutput(root);
    const below = await filesBelow(root);
    if (below.every(({ reason }) => reason !== undefined)) {
      const message = `There is no .jsonl or .json file in ${root}. Give a file or folder of logs.`;
      throw new AlignmentError("data-missing", message);
    }
    for (const { path, reason } of below) {
      const name =
        path === root ? basename(path) : join(basename(resolve(root)), relative(root, path));
      const real = await realOf(path);
      if (isOwn(real)) continue;
      if (reason !== undefined) left.push({ source: name, reason });
      else if (!files.has(real)) files.set(real, { path, name });
    }
  }
  return { files: [...files.values()], left };
}

/** A file's one path, where links lead to it; of what is not there yet that in its folder. */
function realOf(path: string): Promise<string> {
  const inFolder = () => realpath(dirname(path)).then((folder) => join(folder, basename(path)));
  return realpath(path).catch(() => inFolder().catch(() => resolve(path)));
}

function ownOutput(path: string): AlignmentError {
  const message = `${path} is among --logs, and pairs are written there. Give another --out.`;
  return new AlignmentError("invalid-option", message);
}

interface Below {
  readonly path: string;
  /** Why it is not read. */
  readonly reason?: Skip;
}

async function filesBelow(root: string): Promise<readonly Below[]> {
  try {
    if (!(await stat(root)).isDirectory()) return [{ path: root }];
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const below = await Promise.all(files.map(belowOf));
    return below.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  } catch (cause) {
    throw cannotRead(root, cause);
  }
}

async function belowOf(entry: Dirent): Promise<Below> {
  const path = join(entry.parentPath, entry.name);
  const isFile = entry.isFile() || (await stat(path).catch(() => undefined))?.isFile() === true;
  if (!isFile && entry.isSymbolicLink()) return { path, reason: "a link that leads to no file" };
  if (isFile && /\.jsonl?$/i.test(entry.name)) return { path };
  return { path, reason: "a file that is neither .jsonl nor .json" };
}

/** Entries of a file: its lines, or of `.json` the value or the items of its list. */
export async function* entriesOf({ path, name }: LogFile): AsyncGenerator<LogEntry> {
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

/** Undefined where the file is not one value, as when it has lines after all, or is no UTF-8. */
async function wholeOf(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((cause) => {
    throw cannotRead(path, cause);
  });
  const read = jsonOf(decoded(bytes));
  return typeof read === "string" ? undefined : read.json;
}
