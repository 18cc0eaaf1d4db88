/**
 * The tiny checkpoints of the fixtures, opened in this thread, for tests.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { classifierOf } from "../classifier.js";
import type { TokenClassifier } from "../types.js";
import { readCheckpoint } from "./checkpoint.js";
import { openClassifierGraph } from "./open-graph.js";

export const FIXTURES = new URL("../../../fixtures/llmlingua2/", import.meta.url);
export const TINY = ["tiny-bert", "tiny-xlm-roberta"] as const;

export function readFixture<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, FIXTURES), "utf8"));
}

/** The texts that the tiny vocabularies were trained on. */
export const CORPUS = readFixture<{ corpus: { readonly [name: string]: string } }>(
  "texts.json",
).corpus;

export async function openTiny(name: (typeof TINY)[number]): Promise<TokenClassifier> {
  const checkpoint = await readCheckpoint(fileURLToPath(new URL(name, FIXTURES)));
  const { start, end } = checkpoint.tokenizer.encoderTokens;
  const { graph, release } = await openClassifierGraph({
    graph: checkpoint.graph,
    threads: 1,
    probe: Uint32Array.of(start, end),
  });
  return classifierOf(checkpoint, { run: (ids) => graph.run(ids), close: release });
}
