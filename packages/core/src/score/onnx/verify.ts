/**
 * Checks the files of a model folder against the sizes and checksums in its manifest.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { LlmlinguaError } from "../../errors.js";
import type { ManifestFile } from "./manifest.js";

const WAY_OUT = "Reinstall the package that holds the model.";

/**
 * Checks every file; sizes first, then SHA-256, read as a stream.
 *
 * @throws LlmlinguaError `damaged-model`, naming the file and what was expected and found
 */
export async function verifyFiles(
  directory: string,
  files: readonly ManifestFile[],
): Promise<void> {
  for (const file of files) await checkSize(directory, file);
  for (const file of files) await checkSum(directory, file);
}

async function checkSize(directory: string, { path, bytes }: ManifestFile): Promise<void> {
  const found = await stat(join(directory, path)).catch((cause: unknown) => {
    throw damaged(`The model file ${path} is missing from ${directory}`, cause);
  });
  if (found.size === bytes) return;
  throw damaged(`The model file ${path} in ${directory} has ${found.size} bytes, not ${bytes}`);
}

async function checkSum(directory: string, { path, sha256 }: ManifestFile): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(directory, path), { highWaterMark: 1 << 20 }), hash).catch(
    (cause: unknown) => {
      throw damaged(`The model file ${path} in ${directory} cannot be read`, cause);
    },
  );
  const found = hash.digest("hex");
  if (found === sha256.toLowerCase()) return;
  throw damaged(
    `The model file ${path} in ${directory} is damaged: its SHA-256 is ${found}, expected ${sha256.toLowerCase()}`,
  );
}

function damaged(what: string, cause?: unknown): LlmlinguaError {
  return new LlmlinguaError("damaged-model", `${what}. ${WAY_OUT}`, { cause });
}
