/**
 * A cross-encoder (reranker) from a local folder, run by ONNX Runtime in a worker thread.
 *
 * @module
 */
import { throwIfAborted } from "../../errors.js";
import { scoreBlankLast } from "../blank-texts.js";
import type { Ranker } from "../types.js";
import {
  type LoadEncoderOptions,
  openWorker,
  type StartWorker,
  startThread,
} from "./open-worker.js";

/** A ranker that holds a model. */
export interface LoadedRanker extends Ranker {
  /** Frees the model; may be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a cross-encoder (a sequence classifier with one or two labels) in a hub-layout folder.
 *
 * It reads query and document together, the query first, as such models are trained; the score is
 * the logit of one label, or the probability of the second of two. A document that is too long
 * keeps its first tokens; a query over three quarters of the room is an error. A blank text gets the
 * lowest score of the others.
 *
 * @param directory - path or `file:` URL
 * @param start - how the thread is started; for tests
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function loadCrossEncoder(
  directory: string | URL,
  options: LoadEncoderOptions = {},
  start: StartWorker = startThread,
): Promise<LoadedRanker> {
  const { name, client } = await openWorker(directory, { ...options, task: "rerank" }, start);
  return {
    name,
    async score(query, texts, { signal } = {}) {
      throwIfAborted(signal);
      return scoreBlankLast(texts, async (written) => {
        const rows = await client.run({ texts: written, query, signal });
        return rows.map(([score]) => score);
      });
    },
    close: () => client.close(),
  };
}
