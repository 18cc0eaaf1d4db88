/**
 * Opens a ranker: a model in a folder, or a service.
 *
 * @module
 */
import type { Ranker } from "../../index.js";
import { untilAborted } from "../abort.js";
import type { Io, Library } from "../io.js";
import { RANK_KEY } from "./rank-flags.js";
import type { RankerSource } from "./ranker.js";

/** A ranker, and the end of it. */
export interface OpenedRanker {
  readonly ranker: Ranker;
  close(): Promise<void>;
}

/**
 * Opens what `source` names; on Ctrl-C it does not wait, and what then still opens is closed.
 *
 * @throws LlmlinguaError as the library's functions do
 */
export async function openRanker(
  source: RankerSource,
  threads: number | undefined,
  library: Library,
  { env, signal }: Pick<Io, "env" | "signal">,
): Promise<OpenedRanker> {
  const opening = open(source, threads, library, env[RANK_KEY] || undefined);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    opening.then(({ close }) => close()).catch(() => undefined);
    throw error;
  }
}

async function open(
  source: RankerSource,
  threads: number | undefined,
  library: Library,
  apiKey: string | undefined,
): Promise<OpenedRanker> {
  switch (source.kind) {
    case "embedding": {
      const embedder = await library.loadTextEmbedder(source.folder, { threads });
      return { ranker: library.embeddingRanker({ embedder }), close: () => embedder.close() };
    }
    case "reranker": {
      const ranker = await library.loadCrossEncoder(source.folder, { threads });
      return { ranker, close: () => ranker.close() };
    }
    case "embeddings-endpoint": {
      const baseUrl = withoutPath(source.url, "embeddings");
      const embedder = library.embeddingsEndpoint({ baseUrl, model: source.model, apiKey });
      return { ranker: library.embeddingRanker({ embedder }), close: () => embedder.close() };
    }
    case "rerank-endpoint": {
      const baseUrl = withoutPath(source.url, "rerank");
      const ranker = library.rerankEndpoint({ baseUrl, model: source.model, apiKey });
      return { ranker, close: async () => undefined };
    }
    default:
      return source satisfies never;
  }
}

/** People give the whole URL as often as its base; the library puts the last step behind. */
export function withoutPath(url: string, step: string): string {
  return url.replace(new RegExp(`/${step}/?(?=$|[?#])`), "");
}
