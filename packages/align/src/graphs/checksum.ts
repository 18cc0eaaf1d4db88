/**
 * Which graphs a training runs with, as one checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import { TRAINING_GRAPHS } from "./runtime.js";
import { GRAPHS } from "./weights-index.js";

/**
 * SHA-256 over the four training graphs and `weights.json`, one behind the other.
 *
 * @throws AlignmentError `data-missing` when the package is damaged
 */
export async function graphsSha256(graphs: string = GRAPHS): Promise<string> {
  const hash = createHash("sha256");
  for (const name of [...TRAINING_GRAPHS.map((graph) => `${graph}.onnx`), "weights.json"]) {
    const path = join(graphs, name);
    const bytes = await readFile(path).catch((cause: Error) => {
      const message = `Cannot read ${path}: ${cause.message}. Reinstall @llmlingua/align.`;
      throw new AlignmentError("data-missing", message, { cause });
    });
    hash.update(bytes);
  }
  return hash.digest("hex");
}
