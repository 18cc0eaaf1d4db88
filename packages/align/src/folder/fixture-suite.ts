/**
 * A base model of a few bytes, its graphs and adapters: what the tests of this folder are given. Not for users.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Adapters, baseSha256, type FloatTensor } from "../graphs/index.js";
import type { TrainingRecord } from "./record.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const listed = (path: string, text: string) => ({ path, bytes: text.length, sha256: sha256(text) });

const FILES = { "scorer.onnx": "graph", "weights-0.bin": "weights", "tokenizer.json": "{}" };
const files = Object.entries(FILES).map(([path, text]) => listed(path, text));

/** One layer: 4 wide, q of 4, k and v of 2, feed forward of 6. */
const SIZES = { qkv: [4, 8], output: [4, 4], gate: [4, 6], up: [4, 6], down: [6, 4] };

export const INDEX = {
  format: "llmlingua-weights/1",
  base: "tiny",
  layers: 1,
  files,
  tensors: Object.fromEntries(
    Object.entries(SIZES).map(([matrix, dims]) => [
      `layer0.${matrix}.weight`,
      { file: "weights-0.bin", offset: 0, dtype: "int8", dims },
    ]),
  ),
};

export const MANIFEST = {
  format: "llmlingua-scorer/1",
  name: "tiny",
  graph: "scorer.onnx",
  tokenizer: "tokenizer.json",
  ...{ maxTokens: 64, layers: 1, kvHeads: 1, headSize: 2, vocabularySize: 300 },
  license: "Apache-2.0",
  files,
};

/** Writes `base` and `graphs` into a folder. */
export async function writeBase(folder: string): Promise<{ base: string; graphs: string }> {
  const [base, graphs] = [join(folder, "base"), join(folder, "graphs")];
  for (const path of [base, graphs]) await mkdir(path);
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(base, path), text);
  await writeFile(join(base, "scorer.json"), JSON.stringify(MANIFEST));
  await writeFile(join(graphs, "weights.json"), JSON.stringify(INDEX));
  await writeFile(join(graphs, "scorer-adapted.onnx"), "adapted graph");
  return { base, graphs };
}

export const tensor = (dims: readonly number[], value: number): FloatTensor => ({
  dims,
  data: new Float32Array(dims.reduce((product, size) => product * size, 1)).fill(value),
});

export const ADAPTERS: Adapters = new Map([
  ["layer0.q.a", tensor([4, 1], 1)],
  ["layer0.q.b", tensor([1, 4], 2)],
]);

export const RECORD: TrainingRecord = {
  format: "llmlingua-aligned/1",
  base: { name: "tiny", sha256: baseSha256(INDEX) },
  pairs: { path: "pairs.jsonl", sha256: sha256("pairs"), train: 90, heldOut: 10, target: "big" },
  settings: {
    ...{ rank: 8, alpha: 16, learningRate: 5e-4, epochs: 1, batchTokens: 1024, maxTokens: 1024 },
    ...{ template: "plain", warmup: 0.06, clip: 1, weightDecay: 0, seed: 0, heldOut: 0.1 },
  },
  ...{ steps: 40, tokens: 20_000, seconds: 61.4, stopped: "finished" },
  loss: { before: 2, after: 1.5, bestStep: 40, pairs: 8 },
  heldOutIds: ["0123456789abcdef"],
  versions: { llmlingua: "0.1.0", node: "v22.0.0", onnxruntime: "1.30.0" },
};
