/**
 * Reads a model folder in the layout of the Hugging Face hub: configuration, tokenizer, graph.
 *
 * @module
 */
import { access, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { LlmlinguaError } from "../../errors.js";
import type { EncoderSetup } from "./protocol.js";

/** A parsed JSON file; what is read of it is checked where it is used. */
export type Json = { readonly [key: string]: unknown };

/** What a folder holds. */
export interface HubFolder {
  /** The folder's own name, for errors. */
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly graph: string;
  readonly config: Json;
  readonly tokenizer: Json;
  readonly tokenizerConfig: Json;
  /** The four files of sentence-transformers; absent in other folders. */
  readonly modules?: unknown;
  readonly poolingConfig?: Json;
  readonly sentenceConfig?: Json;
  readonly promptConfig?: Json;
}

/** Where exporters put the graph, best first. */
const GRAPHS = ["onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx"];

/**
 * Reads the files of a folder.
 *
 * @throws LlmlinguaError `unknown-model` (no config.json, or no such graph), `damaged-model`
 */
export async function readHubFolder({
  directory,
  graph,
}: Pick<EncoderSetup, "directory" | "graph">): Promise<HubFolder> {
  const read = (file: string) => readJson(directory, file);
  const config = await read("config.json");
  if (config === undefined) {
    throw new LlmlinguaError(
      "unknown-model",
      `No model in ${directory}: it has no config.json. Give a folder as the Hugging Face hub has them: config.json, tokenizer.json, onnx/model.onnx.`,
    );
  }
  const tokenizer = await read("tokenizer.json");
  if (tokenizer === undefined) {
    throw new LlmlinguaError(
      "damaged-model",
      `The model in ${directory} has no tokenizer.json. Download that file too, or save it with the "fast" tokenizer of transformers.`,
    );
  }
  return {
    name: basename(directory),
    graph: await findGraph(directory, graph),
    config: config as Json,
    tokenizer: tokenizer as Json,
    tokenizerConfig: ((await read("tokenizer_config.json")) ?? {}) as Json,
    modules: await read("modules.json"),
    poolingConfig: (await read("1_Pooling/config.json")) as Json | undefined,
    sentenceConfig: (await read("sentence_bert_config.json")) as Json | undefined,
    promptConfig: (await read("config_sentence_transformers.json")) as Json | undefined,
  };
}

async function findGraph(directory: string, named: string | undefined): Promise<string> {
  const candidates = named === undefined ? GRAPHS : [named];
  for (const candidate of candidates) {
    const path = join(directory, candidate);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new LlmlinguaError(
    "unknown-model",
    `No ONNX graph in ${directory}: expected ${candidates.join(" or ")}. Export the model to ONNX (training/export_encoder.py, or optimum-cli) or name its file with graph.`,
  );
}

/** The parsed file; undefined when there is none. */
async function readJson(directory: string, file: string): Promise<unknown> {
  const path = join(directory, file);
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof json === "object" && json !== null) return json;
    throw new Error(`it holds ${JSON.stringify(json).slice(0, 40)}, expected an object`);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError(
      "damaged-model",
      `Cannot read ${file} in ${directory}: ${reason}. Download it again.`,
      { cause },
    );
  }
}
