/**
 * Reads the record of a training.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import { baseSha256, GRAPHS, readWeightsIndex } from "../graphs/index.js";
import { type TrainingRecord, trainingSchema } from "./record.js";

/** File name of the record in an aligned scorer's folder. */
export const TRAINING = "training.json";

/**
 * Reads an aligned scorer's `training.json`.
 *
 * @param graphs - folder with the `weights.json` of the base that is looked for; default this package's
 * @throws AlignmentError `data-missing` (no such file, or not of this kind), `other-base`
 */
export async function readTraining(
  folder: string,
  graphs: string = GRAPHS,
): Promise<TrainingRecord> {
  const record = await readRecord(folder);
  const index = await readWeightsIndex(graphs);
  const { name, sha256 } = record.base;
  if (name === index.base && sha256 === baseSha256(index)) return record;
  throw new AlignmentError(
    "other-base",
    `${folder} was trained on ${name} (${sha256.slice(0, 12)}…), and this package is for ${index.base} (${baseSha256(index).slice(0, 12)}…). Train again, or use the version of the package that trained it.`,
  );
}

async function readRecord(folder: string): Promise<TrainingRecord> {
  const path = join(folder, TRAINING);
  try {
    return trainingSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new AlignmentError(
      "data-missing",
      `${folder} is not the folder of an aligned scorer: ${path} ${reasonOf(cause)}. Give a folder that llmlingua align train wrote.`,
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return "is not JSON";
  const issues = (
    cause as { readonly issues?: readonly { path: PropertyKey[]; message: string }[] }
  ).issues;
  if (issues === undefined) return `cannot be read (${(cause as Error).message})`;
  const [{ path, message }] = issues;
  return `has a wrong field ${path.join(".")} (${message})`;
}
