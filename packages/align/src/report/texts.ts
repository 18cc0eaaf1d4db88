/**
 * General text from a file or a folder, in passages.
 *
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AlignmentError } from "../errors.js";
import { parsedBy } from "./json.js";

/** The sample of general text that ships with this package. */
export const SHIPPED_TEXT = fileURLToPath(new URL("../../data/general", import.meta.url));

/** Passages to measure on. */
export interface Passages {
  /** Where they are from, for the report. */
  readonly source: string;
  /** At least one; none of white space alone. */
  readonly passages: readonly string[];
  /** Passages beyond the most that are read. */
  readonly leftOut: number;
}

/** Most UTF-16 units of a passage: some 500 tokens. */
const PASSAGE_LENGTH = 2000;

/** Most passages that are read, the first ones: some minutes on two cores. */
const MOST_PASSAGES = 500;

const KINDS = [".txt", ".md", ".jsonl"];

/**
 * The passages of a `.txt`, `.md` or `.jsonl` file (one `text` a line), or of all such files of a folder.
 *
 * @param path - default the shipped sample
 * @throws AlignmentError `data-missing` where there is nothing to read, `data-layout` naming file and line
 */
export async function readPassages(path: string = SHIPPED_TEXT): Promise<Passages> {
  const found: string[] = [];
  for (const file of await filesOf(path)) {
    const text = await textOf(file);
    const texts = extname(file) === ".jsonl" ? linesOf(text, file) : [text];
    found.push(...texts.flatMap(passagesOf));
  }
  if (found.length === 0) {
    throw new AlignmentError("data-missing", `${path} holds no text. ${EXPECTED}`);
  }
  return {
    source: path === SHIPPED_TEXT ? "the sample of this package" : basename(path),
    passages: found.slice(0, MOST_PASSAGES),
    leftOut: Math.max(0, found.length - MOST_PASSAGES),
  };
}

const EXPECTED =
  'Expected a .txt, .md or .jsonl file ({"text": …} on every line), or a folder with such files.';

async function filesOf(path: string): Promise<readonly string[]> {
  const info = await stat(path).catch(cannotRead(path));
  if (!info.isDirectory()) return [path];
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(path, options).catch(cannotRead(path));
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .filter(({ name }) => KINDS.includes(extname(name)) && name !== "README.md")
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

function cannotRead(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const message = `Cannot read ${path}: ${cause.code}. ${EXPECTED}`;
    throw new AlignmentError("data-missing", message, { cause });
  };
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(cannotRead(path));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n");
  } catch (cause) {
    throw new AlignmentError("data-layout", `${path} is not text in UTF-8. ${EXPECTED}`, { cause });
  }
}

const line = z.looseObject({ text: z.string() });

function linesOf(text: string, path: string): readonly string[] {
  return text.split("\n").flatMap((raw, index) => {
    if (raw.trim() === "") return [];
    const parsed = parsedBy(line, raw);
    if (parsed.success) return [parsed.data.text];
    const where = `${path}, line ${index + 1}`;
    throw new AlignmentError("data-layout", `${where} has no field text of a string. ${EXPECTED}`);
  });
}

/** Paragraphs, put together as long as they fit; one that does not is cut. Pure. */
export function passagesOf(text: string): readonly string[] {
  const passages: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/).flatMap(piecesOf)) {
    const last = passages.at(-1);
    const joined = `${last}\n\n${paragraph}`;
    if (last !== undefined && joined.length <= PASSAGE_LENGTH) passages.splice(-1, 1, joined);
    else passages.push(paragraph);
  }
  return passages;
}

/** No longer than a passage, no character halved, none empty. */
function piecesOf(paragraph: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < paragraph.length; ) {
    const code = paragraph.charCodeAt(at + PASSAGE_LENGTH - 1);
    const isHigh = code >= 0xd800 && code < 0xdc00;
    const end = at + PASSAGE_LENGTH - (isHigh ? 1 : 0);
    pieces.push(paragraph.slice(at, end));
    at = end;
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
}
