/**
 * `scorer.json` of an aligned scorer.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ScorerManifest } from "@llmlingua/core/onnx";

/** The scorer's graph with places for adapters. */
export const GRAPH = "scorer-adapted.onnx";
export const ADAPTER = "adapter.safetensors";

/**
 * The base's manifest with another name, graph and file list, and an adapter.
 *
 * @param folder - holds graph and adapter, whose checksums are taken
 * @param copied - the base's files in it
 */
export async function alignedManifest(
  folder: string,
  base: ScorerManifest,
  copied: ScorerManifest["files"],
): Promise<ScorerManifest> {
  const graph = await listed(folder, GRAPH);
  const adapter = await listed(folder, ADAPTER);
  return {
    ...base,
    // Two trainings of one base are two scorers.
    name: `${base.name}+aligned-${adapter.sha256.slice(0, 8)}`,
    base: base.name,
    graph: GRAPH,
    adapter: ADAPTER,
    files: [...copied, graph, adapter],
  };
}

async function listed(folder: string, path: string): Promise<ScorerManifest["files"][number]> {
  const bytes = await readFile(join(folder, path));
  return {
    path,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
