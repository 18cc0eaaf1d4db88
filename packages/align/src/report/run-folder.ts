/**
 * Reads finished runs of `llmlingua eval`, and checks that two of them differ by the scorer alone, and that such
 * pairs differ by their prompts alone.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  promptRecord,
  type ResultRecord,
  type RunConfig,
  type RunHeader,
  resultRecord,
  runHeader,
} from "@llmlingua/eval";
import type { z } from "zod";
import { AlignmentError } from "../errors.js";
import { parsedBy } from "./json.js";

/** A run as its folder has it. */
export interface FinishedRun {
  readonly folder: string;
  readonly header: RunHeader;
  /** As written; one condition and item may be there several times, the last one counts. */
  readonly results: readonly ResultRecord[];
}

/**
 * Reads `run.json` and `results.jsonl`. A last line that a kill cut off is passed over.
 *
 * @throws AlignmentError `data-missing`, `data-layout`
 */
export async function readRun(folder: string): Promise<FinishedRun> {
  const path = join(folder, "run.json");
  const header = checked(await textOf(path), runHeader, path);
  const file = join(folder, "results.jsonl");
  const lines = (await textOf(file)).split("\n").slice(0, -1);
  const results = lines.map((line, i) => checked(line, resultRecord, `${file}, line ${i + 1}`));
  if (results.length > 0) return { folder, header, results };
  throw new AlignmentError("data-missing", `${file} holds no result. Finish the run first.`);
}

async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const message = `Cannot read ${path}: ${cause.code}. Give the folder of a run of llmlingua eval.`;
    throw new AlignmentError("data-missing", message, { cause });
  });
}

function checked<T>(text: string, schema: z.ZodType<T>, where: string): T {
  const parsed = parsedBy(schema, text);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new AlignmentError(
    "data-layout",
    `${where}: ${path.join(".") || "the line"}: ${message}. It was not written by llmlingua eval.`,
  );
}

/** What must be the same in all runs. */
const SAME: readonly (keyof RunConfig)[] = [
  "task",
  "methods",
  "sizes",
  "tokenizer",
  "maxNewTokens",
  "classifier",
  "encoder",
];

/** What says which items and prompts a run is of: the same in two that differ by the scorer alone. */
const PROMPTS: readonly (keyof RunConfig)[] = ["items", "skip", "seed", "choices"];

/**
 * Checks that two runs are of one experiment with different scorers. Where the target ran may differ.
 *
 * @param names - of the base scorer and the aligned one, where they are known
 * @throws AlignmentError `other-run` naming what differs
 */
export function checkRuns(
  base: FinishedRun,
  aligned: FinishedRun,
  names?: { readonly base: string; readonly aligned: string },
): void {
  const [first, second] = [base.header.config, aligned.header.config];
  checkSame(base, aligned, [...SAME, ...PROMPTS]);
  if (first.target.where === "in process") {
    throw otherRun(
      "Both runs answered with their own scorer: --target embedded takes the scorer of the run. Run them against a server.",
    );
  }
  if (first.scorer === second.scorer) {
    throw otherRun(`Both runs compressed with ${first.scorer}. Give one of each scorer.`);
  }
  if (names === undefined || (first.scorer === names.base && second.scorer === names.aligned))
    return;
  const isSwapped = first.scorer === names.aligned && second.scorer === names.base;
  throw otherRun(
    isSwapped
      ? `${base.folder} compressed with the aligned scorer. Give the base scorer's run first.`
      : `The runs compressed with ${first.scorer} and ${second.scorer}; the folders are ${names.base} and ${names.aligned}. Give runs of these.`,
  );
}

/** A run with each scorer, and the prompts that were compressed: checksums of their texts and the method's options. */
export interface FinishedPair {
  readonly base: FinishedRun;
  readonly aligned: FinishedRun;
  readonly sources: ReadonlySet<string>;
}

/**
 * What a run compressed, by `prompts.jsonl`: checksums of texts and method's options.
 *
 * @throws AlignmentError `data-missing`, `data-layout`
 */
export async function readSources(folder: string): Promise<ReadonlySet<string>> {
  const file = join(folder, "prompts.jsonl");
  const lines = (await textOf(file)).split("\n").slice(0, -1);
  const records = lines.map((line, i) => checked(line, promptRecord, `${file}, line ${i + 1}`));
  return new Set(records.map(({ source }) => source));
}

/**
 * Checks that pairs of runs are of one experiment, each of other prompts.
 *
 * @throws AlignmentError `other-run` naming what differs, or which two share a prompt
 */
export function checkPairs(pairs: readonly FinishedPair[]): void {
  const [first] = pairs;
  const owners = new Map<string, string>();
  for (const { base, aligned, sources } of pairs) {
    for (const run of [base, aligned]) checkSame(first.base, run, SAME);
    for (const source of sources) {
      const owner = owners.get(source);
      if (owner !== undefined) {
        throw otherRun(
          `${owner} and ${base.folder} compressed the same prompt, which would count twice. Give runs of other prompts.`,
        );
      }
      owners.set(source, base.folder);
    }
  }
}

function checkSame(first: FinishedRun, second: FinishedRun, keys: readonly (keyof RunConfig)[]) {
  const [had, has] = [first.header.config, second.header.config];
  for (const key of keys) differ(first, second, key, had[key], has[key]);
  const [one, other] = [had.target, has.target];
  differ(first, second, "target", [one.name, one.api], [other.name, other.api]);
}

function differ(base: FinishedRun, aligned: FinishedRun, key: string, a: unknown, b: unknown) {
  const [had, has] = [JSON.stringify(a), JSON.stringify(b)];
  if (had === has) return;
  throw otherRun(
    `The runs differ by more than the scorer: ${base.folder} has ${key} ${had}, ${aligned.folder} has ${has}. Run one of them again.`,
  );
}

function otherRun(message: string): AlignmentError {
  return new AlignmentError("other-run", message);
}
