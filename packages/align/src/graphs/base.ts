/**
 * Whether a folder holds the base model that the graphs are made for.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AlignmentError } from "../errors.js";
import type { WeightsIndex } from "./weights-index.js";

/**
 * Checks every file of the base: sizes first, then SHA-256, read as a stream.
 *
 * @throws AlignmentError `data-missing` (no such file), `other-base` (naming the file that differs)
 */
export async function checkBase(folder: string, { base, files }: WeightsIndex): Promise<void> {
  for (const { path, bytes } of files) {
    const { size } = await stat(join(folder, path)).catch((cause: unknown) => {
      throw new AlignmentError(
        "data-missing",
        `No ${path} in ${folder}. Give the folder of the model ${base}, or leave --base out for the embedded one.`,
        { cause },
      );
    });
    if (size !== bytes) throw other(folder, path, base, `has ${size} bytes, not ${bytes}`);
  }
  for (const { path, sha256 } of files) {
    const found = await sha256Of(join(folder, path));
    if (found !== sha256) throw other(folder, path, base, `has SHA-256 ${found}, not ${sha256}`);
  }
}

/** One checksum for all weights of a base: SHA-256 over the checksums of its files, each on a line, in order. */
export function baseSha256({ files }: Pick<WeightsIndex, "files">): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function other(folder: string, path: string, base: string, difference: string): AlignmentError {
  return new AlignmentError(
    "other-base",
    `${path} in ${folder} ${difference}: this is not ${base}, for which the training graphs are made, or it is damaged. Give that model's folder, or make graphs for this one with training/align/export_training_graph.py.`,
  );
}
