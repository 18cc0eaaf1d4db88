/**
 * What a scorer's folder says about itself.
 *
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors.js";
import { reason } from "../input/read.js";

export interface ModelInfo {
  readonly name: string;
  readonly precision?: string;
  readonly parameters?: number;
  /** The scorer that this one was tuned from (`llmlingua align`). */
  readonly base?: string;
  /** File of the adapters that its graph takes. */
  readonly adapter?: string;
  readonly licence?: string;
  /** Where the weights come from. */
  readonly source?: string;
  /** All files of the folder together. */
  readonly bytes: number;
  /** Absolute. */
  readonly path: string;
  /** Comes with llmlingua. */
  readonly embedded: boolean;
}

/** The fields shown here; a scorer.json may hold more. */
const scorerSchema = z.looseObject({
  name: z.string().optional(),
  precision: z.string().optional(),
  parameters: z.number().optional(),
  base: z.string().optional(),
  adapter: z.string().optional(),
  license: z.string().optional(),
  licence: z.string().optional(),
  source: z.string().optional(),
});

/** Throws UsageError when there is no readable `scorer.json`. */
export async function readModel(folder: string, embedded: boolean): Promise<ModelInfo> {
  const path = resolve(folder);
  const { name, license, licence, ...said } = await readScorerJson(path);
  const bytes = await folderSize(path);
  return {
    name: name ?? basename(path),
    precision: said.precision,
    parameters: said.parameters,
    base: said.base,
    adapter: said.adapter,
    licence: licence ?? license,
    source: said.source,
    bytes,
    path,
    embedded,
  };
}

async function readScorerJson(folder: string): Promise<z.infer<typeof scorerSchema>> {
  const file = join(folder, "scorer.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `${folder} is not a scorer's folder: cannot read ${file}: ${reason(error)}`,
    );
  }
  try {
    return scorerSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file} is damaged: it does not describe a scorer.`, { cause: error });
  }
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((f) => stat(join(f.parentPath, f.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
