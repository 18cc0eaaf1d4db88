/**
 * An open encoder: texts in, vectors or scores out. Runs in the thread it is called in.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type EncoderGraph, type GraphOutput, openEncoderGraph } from "./encoder-graph.js";
import { readFolderInputs } from "./folder-inputs.js";
import type { HubFolder } from "./hub-folder.js";
import { normalizeOf, poolingOf, prefixesOf } from "./model-facts.js";
import { normalized, pooled, scoreOfLogits } from "./pooling.js";
import type { EncoderInfo, EncoderSetup } from "./protocol.js";

/** An open encoder; calls must not overlap. */
export interface EncoderSession {
  readonly info: EncoderInfo;
  /**
   * One vector for each text; with a query, one score for each pair.
   *
   * @param beforeRow - called before each run of the graph; throws to stop the call
   */
  run(
    texts: readonly string[],
    query: string | undefined,
    beforeRow: () => Promise<void>,
  ): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Outputs of exporters that have a vector for each token. */
export const TOKEN_OUTPUTS = ["last_hidden_state", "token_embeddings"];
/** The one that already is one vector a text. */
const TEXT_OUTPUT = "sentence_embedding";

/**
 * Opens the model in a folder.
 *
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function openEncoder(setup: EncoderSetup): Promise<EncoderSession> {
  const { folder, inputs, maxTokens } = await readFolderInputs(setup);
  const graph = await openEncoderGraph(folder.graph, setup.threads, outputsFor(setup));
  const read = readerOf(graph, folder, setup);
  return {
    info: { maxTokens, prefixes: prefixesOf(folder) },
    async run(texts, query, beforeRow) {
      const rowOf = query === undefined ? inputs.single : inputs.pairsWith(query);
      const rows: Float32Array[] = [];
      for (const text of texts) {
        await beforeRow();
        rows.push(read(await graph.run(rowOf(text))));
      }
      return rows;
    },
    release: () => graph.release(),
  };
}

function outputsFor({ task, pooling }: EncoderSetup): readonly string[] {
  if (task === "rerank") return ["logits"];
  return pooling === undefined ? [TEXT_OUTPUT, ...TOKEN_OUTPUTS] : TOKEN_OUTPUTS;
}

/** From the graph's output to a text's vector or score. */
function readerOf(
  { output }: EncoderGraph,
  folder: HubFolder,
  setup: EncoderSetup,
): (output: GraphOutput) => Float32Array {
  if (setup.task === "rerank") {
    return ({ data }) => {
      const score = scoreOfLogits(data);
      if (score !== undefined) return Float32Array.of(score);
      throw wrongOutput(folder, "one or two labels", `${data.length}`);
    };
  }
  const normalize = setup.normalize ?? normalizeOf(folder);
  const finish = (vector: Float32Array) => (normalize ? normalized(vector) : vector);
  if (output === TEXT_OUTPUT) return ({ data }) => finish(data);
  const pooling = setup.pooling ?? poolingOf(folder);
  return ({ data, dims }) => {
    if (dims.length !== 3) {
      throw wrongOutput(folder, "vectors of tokens (3 dimensions)", `${dims.length} dimensions`);
    }
    return finish(pooled(data, dims[2], pooling));
  };
}

function wrongOutput({ name }: HubFolder, expected: string, found: string): LlmlinguaError {
  return new LlmlinguaError(
    "unknown-model",
    `Cannot use what ${name} answers: expected ${expected}, found ${found}. Give the folder of another model.`,
  );
}
