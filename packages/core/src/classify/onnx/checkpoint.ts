/**
 * Reads a checkpoint's folder in hub layout: configuration, tokenizer, and which graph to run.
 *
 * @module
 */
import { access, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { LlmlinguaError } from "../../errors.js";
import { pieceTokenizerFromJson } from "../tokenizer/piece-tokenizer.js";
import type { PieceTokenizer } from "../tokenizer/types.js";
import { type CheckpointLimits, checkConfig } from "./checkpoint-config.js";

/** A checked folder; the graph itself has not been opened. */
export interface Checkpoint extends CheckpointLimits {
  readonly name: string;
  readonly tokenizer: PieceTokenizer;
  /** Absolute path of the ONNX graph. */
  readonly graph: string;
}

/** Where exports put their graph, best first. */
const GRAPHS = [
  "onnx/model.onnx",
  "onnx/model_quantized.onnx",
  "model.onnx",
  "model_quantized.onnx",
] as const;

/**
 * Reads and checks `config.json`, `tokenizer.json` and, if there is one, `tokenizer_config.json`.
 *
 * @param graph - path of the graph inside the folder; absent: the first of the usual ones
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`
 */
export async function readCheckpoint(folder: string, graph?: string): Promise<Checkpoint> {
  const name = basename(folder);
  const config = await readJson(folder, "config.json", "unknown-model");
  const tokenizerJson = await readJson(folder, "tokenizer.json", "damaged-model");
  const settings = (await exists(join(folder, "tokenizer_config.json")))
    ? await readJson(folder, "tokenizer_config.json", "damaged-model")
    : undefined;
  const tokenizer = pieceTokenizerFromJson(tokenizerJson, name, settings);
  const limits = checkConfig(config, tokenizer, folder);
  return { ...limits, name, tokenizer, graph: await findGraph(folder, graph) };
}

async function findGraph(folder: string, graph: string | undefined): Promise<string> {
  const candidates = graph === undefined ? GRAPHS : [graph];
  for (const candidate of candidates) {
    if (await exists(join(folder, candidate))) return join(folder, candidate);
  }
  throw new LlmlinguaError(
    "damaged-model",
    `No graph in ${folder}: expected ${candidates.join(" or ")}, found none. Export the checkpoint to ONNX (optimum-cli export onnx --task token-classification) or fetch an export.`,
  );
}

async function readJson(
  folder: string,
  file: string,
  code: "unknown-model" | "damaged-model",
): Promise<unknown> {
  const text = await readFile(join(folder, file), "utf8").catch((cause: unknown) => {
    throw new LlmlinguaError(
      code,
      `No readable ${file} in ${folder}. Give the folder of an LLMLingua-2 checkpoint in hub layout (config.json, tokenizer.json, onnx/model.onnx).`,
      { cause },
    );
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LlmlinguaError("damaged-model", `${file} in ${folder} is not JSON. Fetch it again.`, {
      cause,
    });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
