/**
 * A sentence encoder from a local folder, run by ONNX Runtime in a worker thread.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { TextEmbedder } from "../text-embedder.js";
import {
  type LoadEncoderOptions,
  openWorker,
  type StartWorker,
  startThread,
} from "./open-worker.js";
import type { Pooling } from "./protocol.js";

/** Options of {@link loadTextEmbedder}. */
export interface LoadTextEmbedderOptions extends LoadEncoderOptions {
  /** How token vectors become one; default as `1_Pooling/config.json` says, else `mean`. */
  readonly pooling?: Pooling;
  /** Whether vectors get length 1; default as `modules.json` says, else true. */
  readonly normalize?: boolean;
  /** Put before queries; default the prompt of `config_sentence_transformers.json`, else none. */
  readonly queryPrefix?: string;
  /** Put before documents; default as for queries. */
  readonly documentPrefix?: string;
}

/**
 * Opens a sentence encoder (BERT and its relatives) in a folder as the Hugging Face hub has them.
 *
 * A text that is too long keeps its first tokens. A process that forgets to `close` still exits.
 *
 * @param directory - path or `file:` URL
 * @param start - how the thread is started; for tests
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function loadTextEmbedder(
  directory: string | URL,
  { queryPrefix, documentPrefix, ...options }: LoadTextEmbedderOptions = {},
  start: StartWorker = startThread,
): Promise<TextEmbedder> {
  const { pooling = "mean" } = options;
  if (pooling !== "mean" && pooling !== "cls") {
    throw new LlmlinguaError(
      "invalid-option",
      `pooling is ${String(pooling)}; it must be "mean" or "cls".`,
    );
  }
  const { name, info, client } = await openWorker(directory, { ...options, task: "embed" }, start);
  const prefixes = {
    query: queryPrefix ?? info.prefixes.query,
    document: documentPrefix ?? info.prefixes.document,
  };
  return {
    name,
    embed: (texts, { kind, signal }) =>
      client.run({ texts: texts.map((text) => prefixes[kind] + text), signal }),
    close: () => client.close(),
  };
}
