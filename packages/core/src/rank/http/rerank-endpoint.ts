/**
 * Rerankers over HTTP: `POST /rerank` of Cohere, Jina, Voyage, vLLM, Infinity and TEI.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../../errors.js";
import { scoreBlankLast } from "../blank-texts.js";
import type { Ranker } from "../types.js";
import { finiteNumber, inOrder, isObject, shapeOf, wrongAnswer } from "./answers.js";
import { createEndpoint, type Endpoint, type EndpointOptions } from "./endpoint.js";
import { postJson } from "./post-json.js";

/** How a service wants to be asked; vLLM and Infinity are asked as Cohere is. */
export type RerankStyle = "cohere" | "jina" | "voyage" | "tei";

/** Options of {@link rerankEndpoint}. */
export type RerankEndpointOptions = EndpointOptions & {
  /** Required by all but TEI, which serves one model. */
  readonly model?: string;
  /**
   * Default `auto`: by the host for Voyage and Jina, else `cohere` where a model is named and `tei`
   * where none is. Answers are read in any style.
   */
  readonly style?: RerankStyle | "auto";
  /** Documents sent in one request; default 32 with `tei` (the server's own limit), else 1,000. */
  readonly batchSize?: number;
  /** Name for reports and errors; default the model, or `rerank`. */
  readonly name?: string;
} & (
    | { /** The whole URL. */ readonly url: string; readonly baseUrl?: never }
    | {
        /** The part before `/rerank`, e.g. `https://api.cohere.com/v2`. */
        readonly baseUrl: string;
        readonly url?: never;
      }
  );

const WHAT = "the rerank endpoint";

/** The request of each style; all ask for a score of every document. */
const REQUESTS = {
  cohere: (model, query, documents) => ({ model, query, documents, top_n: documents.length }),
  jina: (model, query, documents) => ({
    ...{ model, query, documents, top_n: documents.length },
    return_documents: false,
  }),
  voyage: (model, query, documents) => ({ model, query, documents, top_k: documents.length }),
  tei: (_, query, texts) => ({ query, texts, truncate: true }),
} satisfies Record<
  RerankStyle,
  (model: string | undefined, query: string, documents: readonly string[]) => object
>;

/**
 * A ranker behind a rerank endpoint. A blank text gets the lowest score of the others and is not sent.
 *
 * @throws LlmlinguaError `invalid-option`; when asked, `ranker-failed`, `aborted`
 *
 * @example
 * ```ts
 * import { rerankEndpoint } from "@llmlingua/core";
 *
 * const ranker = rerankEndpoint({
 *   baseUrl: "https://api.cohere.com/v2",
 *   apiKey: process.env.COHERE_API_KEY,
 *   model: "rerank-v3.5",
 * });
 * ```
 */
export function rerankEndpoint(options: RerankEndpointOptions): Ranker {
  const { model, name = model ?? "rerank" } = options;
  const place =
    options.url === undefined ? { url: options.baseUrl, path: "/rerank" } : { url: options.url };
  const endpoint = createEndpoint({ what: WHAT, ...place }, options);
  const style = checkedStyle(options, endpoint.url.hostname);
  const { batchSize = style === "tei" ? 32 : 1000 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw invalid(`batchSize is ${batchSize}; it must be a whole number of at least 1`);
  }
  return {
    name,
    async score(query, texts, { signal } = {}) {
      throwIfAborted(signal);
      return scoreBlankLast(texts, async (written) => {
        const scores: number[] = [];
        for (let start = 0; start < written.length; start += batchSize) {
          const documents = written.slice(start, start + batchSize);
          const request = REQUESTS[style](model, query, documents);
          const answer = await postJson(endpoint, request, signal);
          scores.push(...scoresOf(endpoint, answer, documents.length));
        }
        return scores;
      });
    },
  };
}

function checkedStyle({ model, style = "auto" }: RerankEndpointOptions, host: string): RerankStyle {
  const known = style === "auto" ? styleOf(host, model) : style;
  if (!Object.hasOwn(REQUESTS, known)) {
    const names = Object.keys(REQUESTS).join(", ");
    throw invalid(`style is ${String(style)}; it must be one of auto, ${names}`);
  }
  if (known !== "tei" && model === undefined) {
    throw invalid(`the style ${known} needs a model; name it, or say style: "tei"`);
  }
  return known;
}

function styleOf(host: string, model: string | undefined): RerankStyle {
  if (/(?:^|\.)voyageai\.com$/.test(host)) return "voyage";
  if (/(?:^|\.)jina\.ai$/.test(host)) return "jina";
  return model === undefined ? "tei" : "cohere";
}

/** The scores of one answer: a list, or one in `results` (Cohere, Jina, vLLM) or `data` (Voyage). */
function scoresOf(endpoint: Endpoint, answer: unknown, count: number): number[] {
  const entries = isObject(answer) ? (answer.results ?? answer.data) : answer;
  if (!Array.isArray(entries)) {
    throw wrongAnswer(endpoint, "a list, or one in results or data", shapeOf(answer));
  }
  return inOrder(endpoint, entries, count).map(({ relevance_score, score }, index) =>
    finiteNumber(endpoint, relevance_score === undefined ? score : relevance_score, "score", index),
  );
}

function invalid(reason: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", `Cannot use ${WHAT}: ${reason}.`);
}
