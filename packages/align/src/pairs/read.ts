/**
 * Reads `pairs.jsonl`: damaged lines are named, the same prompt is kept once.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AlignmentError } from "../errors.js";
import { type FileLine, linesOf } from "./lines.js";
import { PAIR, reasonOf } from "./schema.js";
import type { Pair } from "./types.js";

export interface ReadPairsOptions {
  /** What a damaged line does: `refuse` the file, or be counted and passed over (`skip`). */
  readonly damaged: "refuse" | "skip";
}

export interface PairFile {
  readonly path: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  /** In the file's order, each prompt once. */
  readonly pairs: readonly Pair[];
  /** Lines that are not blank. */
  readonly lines: number;
  /** Lines passed over; the number is from 1. */
  readonly damaged: readonly { readonly line: number; readonly reason: string }[];
  /** Lines with a prompt and an answer that there were before. */
  readonly duplicates: number;
  /** Lines with a prompt that there was before with another answer; the first one is kept. */
  readonly contradictory: number;
}

/**
 * Reads a file of pairs.
 *
 * @throws AlignmentError `data-missing`; `data-layout` for a damaged line that is refused, naming file, line
 * and field; `too-few-pairs` where there is no good one
 */
export async function readPairs(
  path: string,
  { damaged: asked }: ReadPairsOptions,
): Promise<PairFile> {
  const hash = createHash("sha256");
  const damaged: { line: number; reason: string }[] = [];
  const pairs = new Map<string, Pair>();
  let [lines, duplicates, contradictory] = [0, 0, 0];
  for await (const line of linesOf(path, hash)) {
    lines++;
    const read = pairOf(line);
    if (typeof read === "string") {
      if (asked === "refuse") throw refused(path, line.line, read);
      damaged.push({ line: line.line, reason: read });
      continue;
    }
    const known = pairs.get(read.id);
    if (known === undefined) pairs.set(read.id, read);
    else if (known.answer === read.answer) duplicates++;
    else contradictory++;
  }
  if (pairs.size === 0) throw noPair(path, lines, damaged[0]);
  const sha256 = hash.digest("hex");
  return { path, sha256, pairs: [...pairs.values()], lines, damaged, duplicates, contradictory };
}

/** The pair in a line, or why there is none. */
export function pairOf({ text }: Pick<FileLine, "text">): Pair | string {
  const value = jsonOf(text);
  if (typeof value === "string") return value;
  const result = PAIR.safeParse(value.json);
  return result.success ? result.data : reasonOf(result.error);
}

/** What stands in a line, or why it is no JSON. */
export function jsonOf(text: string | undefined): { readonly json: unknown } | string {
  if (text === undefined) return "it is no UTF-8, or longer than 64 MiB";
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ""}`;
  }
}

function refused(path: string, line: number, reason: string): AlignmentError {
  return new AlignmentError(
    "data-layout",
    `${path}, line ${line}: ${reason}. Mend or remove the line, or pass over such lines with --damaged skip.`,
  );
}

function noPair(
  path: string,
  lines: number,
  first: PairFile["damaged"][number] | undefined,
): AlignmentError {
  const why = first === undefined ? "it is empty" : `line ${first.line}: ${first.reason}`;
  return new AlignmentError(
    "too-few-pairs",
    `${path} has no pair in ${lines} lines (${why}). A line is {"messages": [{"role": "user", "content": "…"}], "answer": "…"}.`,
  );
}
