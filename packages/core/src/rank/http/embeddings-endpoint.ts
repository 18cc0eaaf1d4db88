/**
 * Embeddings over HTTP: OpenAI's `POST /embeddings`, which vLLM, TEI, Infinity, llama.cpp, Ollama,
 * Jina, Mistral and Voyage speak as well.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../../errors.js";
import type { TextEmbedder, TextKind } from "../text-embedder.js";
import { finiteNumber, inOrder, isObject, shapeOf, wrongAnswer } from "./answers.js";
import { createEndpoint, type Endpoint, type EndpointOptions } from "./endpoint.js";
import { postJson } from "./post-json.js";

/** Options of {@link embeddingsEndpoint}. */
export interface EmbeddingsEndpointOptions extends EndpointOptions {
  /** The part of the URL before `/embeddings`, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Length of the vectors, for models that can shorten them. */
  readonly dimensions?: number;
  /** Texts sent in one request; default 96. */
  readonly batchSize?: number;
  /** Put before queries, for models trained with one; default none. */
  readonly queryPrefix?: string;
  /** Put before documents; default none. */
  readonly documentPrefix?: string;
}

/**
 * An embedder behind an OpenAI-compatible endpoint; requests go out one after another.
 *
 * @throws LlmlinguaError `invalid-option`; when asked, `ranker-failed`, `aborted`
 *
 * @example
 * ```ts
 * import { embeddingRanker, embeddingsEndpoint } from "@llmlingua/core";
 *
 * const embedder = embeddingsEndpoint({
 *   baseUrl: "https://api.openai.com/v1",
 *   apiKey: process.env.OPENAI_API_KEY,
 *   model: "text-embedding-3-small",
 * });
 * const ranker = embeddingRanker({ embedder });
 * ```
 */
export function embeddingsEndpoint(options: EmbeddingsEndpointOptions): TextEmbedder {
  const { model, dimensions, batchSize = 96 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new LlmlinguaError(
      "invalid-option",
      `batchSize is ${batchSize}; it must be a whole number of at least 1.`,
    );
  }
  const prefixes: Record<TextKind, string> = {
    query: options.queryPrefix ?? "",
    document: options.documentPrefix ?? "",
  };
  const address = { what: "the embeddings endpoint", url: options.baseUrl, path: "/embeddings" };
  const endpoint = createEndpoint(address, options);
  return {
    name: model,
    async embed(texts, { kind, signal }) {
      throwIfAborted(signal);
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        const input = texts.slice(start, start + batchSize).map((text) => prefixes[kind] + text);
        const answer = await postJson(endpoint, { model, input, dimensions }, signal);
        const size = dimensions ?? vectors[0]?.length;
        vectors.push(...vectorsOf(endpoint, answer, input.length, size));
      }
      return vectors;
    },
    close: async () => {},
  };
}

/** The vectors of one answer, in the order of the texts. */
function vectorsOf(
  endpoint: Endpoint,
  answer: unknown,
  count: number,
  size: number | undefined,
): Float32Array[] {
  if (!isObject(answer) || !Array.isArray(answer.data)) {
    throw wrongAnswer(endpoint, 'an object with a list "data"', shapeOf(answer));
  }
  let expected = size;
  return inOrder(endpoint, answer.data, count).map(({ embedding }, index) => {
    if (!Array.isArray(embedding) || embedding.length === 0) {
      throw wrongAnswer(endpoint, "a list of numbers as embedding", shapeOf(embedding));
    }
    expected ??= embedding.length;
    if (embedding.length !== expected) {
      throw wrongAnswer(endpoint, `vectors of ${expected} numbers`, `one of ${embedding.length}`);
    }
    return Float32Array.from(embedding, (value) => finiteNumber(endpoint, value, "number", index));
  });
}
