/**
 * The vectors that an encoder gives the tokens of a text, before they become one vector.
 *
 * Runs in the thread it is called in: for measurements, not for ranking.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type GraphOutput, openEncoderGraph } from "./encoder-graph.js";
import { TOKEN_OUTPUTS } from "./encoder-session.js";
import { readFolderInputs } from "./folder-inputs.js";
import { type LoadEncoderOptions, placeOf } from "./open-worker.js";

/** A text as its encoder sees it, n tokens. */
export interface TokenVectors {
  /** n × `dimension` numbers, token by token, as the last layer gives them. */
  readonly data: Float32Array;
  readonly dimension: number;
  /** Length n: whether a token is one of those that the tokenizer puts around texts. */
  readonly special: readonly boolean[];
}

/** An open encoder. */
export interface TokenEmbedder {
  /** The folder's name, or the one given. */
  readonly name: string;
  /**
   * The tokens of each text.
   *
   * @throws LlmlinguaError `aborted` between texts, `unknown-model` when the graph answers otherwise
   */
  embed(
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<TokenVectors[]>;
  close(): Promise<void>;
}

/**
 * Opens an encoder (BERT and its relatives) in a folder as the Hugging Face hub has them.
 *
 * A text that is too long keeps its first tokens.
 *
 * @param directory - path or `file:` URL
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function loadTokenEmbedder(
  directory: string | URL,
  options: LoadEncoderOptions = {},
): Promise<TokenEmbedder> {
  const { name, threads, path } = placeOf(directory, options);
  const { folder, inputs, specials } = await readFolderInputs({ ...options, directory: path });
  const graph = await openEncoderGraph(folder.graph, threads, TOKEN_OUTPUTS);
  return {
    name,
    async embed(texts, { signal } = {}) {
      const found: TokenVectors[] = [];
      for (const text of texts) {
        if (signal?.aborted) {
          throw new LlmlinguaError("aborted", "Reading texts was cancelled by its AbortSignal.");
        }
        const row = inputs.single(text);
        const special = row.ids.map((id) => specials.ids.has(id));
        found.push({ ...vectorsOf(await graph.run(row), name), special });
      }
      return found;
    },
    close: () => graph.release(),
  };
}

function vectorsOf({ data, dims }: GraphOutput, name: string): Omit<TokenVectors, "special"> {
  if (dims.length === 3) return { data, dimension: dims[2] };
  throw new LlmlinguaError(
    "unknown-model",
    `Cannot use what ${name} answers: expected vectors of tokens (3 dimensions), found ${dims.length} dimensions. Give the folder of another model.`,
  );
}
