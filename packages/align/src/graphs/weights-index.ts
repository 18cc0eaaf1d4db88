/**
 * `weights.json`: where the weights that training reads lie in the base model's files.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AlignmentError } from "../errors.js";

/** Folder of the generated graphs and of `weights.json`. */
export const GRAPHS = fileURLToPath(new URL("../../graphs/", import.meta.url));

const count = z.int().nonnegative();

const placeSchema = z.object({
  file: z.string().min(1),
  /** In bytes. */
  offset: count,
  dtype: z.enum(["int8", "float32"]),
  dims: z.array(count),
});

const indexSchema = z.object({
  format: z.literal("llmlingua-weights/1"),
  /** Name of the base model. */
  base: z.string().min(1),
  /** Decoder blocks. */
  layers: count,
  /** Every file of the base model. */
  files: z.array(
    z.object({ path: z.string().min(1), bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  tensors: z.record(z.string(), placeSchema),
});

export type WeightsIndex = z.infer<typeof indexSchema>;
export type WeightPlace = z.infer<typeof placeSchema>;

/**
 * Reads the index that lies beside the graphs.
 *
 * @throws AlignmentError `data-missing` when the package is damaged
 */
export async function readWeightsIndex(graphs: string = GRAPHS): Promise<WeightsIndex> {
  const path = join(graphs, "weights.json");
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AlignmentError(
      "data-missing",
      `Cannot read ${path}: ${reason}. Reinstall @llmlingua/align, or make the file with training/align/export_training_graph.py.`,
      { cause },
    );
  }
}
