/**
 * Reads finished runs of `llmlingua eval`, and checks that two of them differ by the scorer alone, and several such
 * pairs by prompts and items.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type PromptRecord,
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
  /** What was compressed: condition and group, as a JSON array → checksum of the texts and the method's options. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Reads `run.json`, `prompts.jsonl` and `results.jsonl`. Last lines that a kill cut off are passed over.
 *
 * @throws AlignmentError `data-missing`, `data-layout`
 */
export async function readRun(folder: string): Promise<FinishedRun> {
  const path = join(folder, "run.json");
  const header = checked(await textOf(path), runHeader, path);
  const sources = sourcesOf(await recordsOf(join(folder, "prompts.jsonl"), promptRecord));
  const file = join(folder, "results.jsonl");
  const results = await recordsOf(file, resultRecord);
  if (results.length > 0) return { folder, header, results, sources };
  throw new AlignmentError("data-missing", `${file} holds no result. Finish the run first.`);
}

async function recordsOf<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const lines = (await textOf(file)).split("\n").slice(0, -1);
  return lines.map((line, i) => checked(line, schema, `${file}, line ${i + 1}`));
}

/** A prompt that was made anew counts as it is now; where none fits there is none. */
function sourcesOf(records: readonly PromptRecord[]): ReadonlyMap<string, string> {
  const last = new Map(
    records.map((record) => [JSON.stringify([record.condition, record.group]), record]),
  );
  return new Map(
    [...last].flatMap(([key, { prompt, source }]) =>
      prompt === undefined ? [] : [[key, source] as const],
    ),
  );
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
  checkSame(base, aligned, [...SAME, ...PROMPTS], "scorer");
  checkSources(base, aligned);
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

/** A run with each scorer. */
export interface FinishedPair {
  readonly base: FinishedRun;
  readonly aligned: FinishedRun;
}

/**
 * Checks that pairs of runs, each good by `checkRuns`, are of one experiment and of different prompts.
 *
 * @throws AlignmentError `other-run` naming what differs, or which two share a prompt
 */
export function checkPairs([first, ...more]: readonly FinishedPair[]): void {
  const owners = new Map<string, FinishedRun>();
  const own = ({ base }: FinishedPair) => {
    for (const [key, source] of base.sources) {
      const owner = owners.get(source);
      if (owner !== undefined && owner !== base) {
        const [condition, group] = JSON.parse(key);
        throw otherRun(
          `${owner.folder} and ${base.folder} compressed the same prompt (${group}, ${condition}), which would count twice. Leave one of them out, or give runs of other prompts.`,
        );
      }
      owners.set(source, base);
    }
  };
  own(first);
  for (const pair of more) {
    checkSame(first.base, pair.base, SAME, "prompts and items");
    own(pair);
  }
}

/** @param allowed - by what they may differ */
function checkSame(
  first: FinishedRun,
  second: FinishedRun,
  keys: readonly (keyof RunConfig)[],
  allowed: string,
): void {
  const partsOf = ({ header: { config } }: FinishedRun) => [
    ...keys.map((key) => [key, JSON.stringify(config[key])] as const),
    ["target", JSON.stringify([config.target.name, config.target.api])] as const,
  ];
  const others = new Map(partsOf(second));
  for (const [key, had] of partsOf(first)) {
    const has = others.get(key);
    if (had !== has) {
      throw otherRun(
        `The runs differ by more than the ${allowed}: ${first.folder} has ${key} ${had}, ${second.folder} has ${has}. Run one of them again.`,
      );
    }
  }
}

/** Data, or what a method does, may have changed between two runs of one configuration. */
function checkSources(base: FinishedRun, aligned: FinishedRun): void {
  for (const [key, source] of base.sources) {
    const other = aligned.sources.get(key);
    if (other === undefined || other === source) continue;
    const [condition, group] = JSON.parse(key);
    throw otherRun(
      `${base.folder} and ${aligned.folder} compressed different texts, or by other options, for ${group}, ${condition}: prompts, data or the package changed between them. Run one of them again.`,
    );
  }
}

function otherRun(message: string): AlignmentError {
  return new AlignmentError("other-run", message);
}
