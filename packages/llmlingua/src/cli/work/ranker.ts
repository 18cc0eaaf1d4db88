/**
 * Who ranks contexts: a name, or a ranker that is opened first. Pure.
 *
 * @module
 */
import type { RankMethod } from "../../index.js";
import { UsageError } from "../errors.js";
import type { RankValues } from "./rank-flags.js";

/** A ranker that is not in the library by name, and where it is. */
export type RankerSource =
  | { readonly kind: "embedding" | "reranker"; readonly folder: string }
  | { readonly kind: "embeddings-endpoint"; readonly url: string; readonly model: string }
  | { readonly kind: "rerank-endpoint"; readonly url: string; readonly model?: string };

/** Neither: the method's own. */
export type RankChoice =
  | { readonly name?: RankMethod; readonly source?: never }
  | { readonly name?: never; readonly source: RankerSource };

const FLAGS = {
  embedding: "--encoder DIR",
  reranker: "--reranker DIR",
  "embeddings-endpoint": "--embeddings-url URL",
  "rerank-endpoint": "--rerank-url URL",
} satisfies Record<RankerSource["kind"], string>;

/** @throws UsageError where `--rank` says another ranker than the rest, or one whose place is not given */
export function rankOf(values: RankValues): RankChoice {
  const { rank } = values;
  const source = sourceOf(values);
  if (source !== undefined) {
    if (rank === undefined || rank === source.kind) return { source };
    const [flag] = FLAGS[source.kind].split(" ");
    throw new UsageError(
      `${flag} ranks by ${source.kind}, and --rank says ${rank}; leave one of them out.`,
    );
  }
  if (rank === undefined) return {};
  if (isSourced(rank)) throw new UsageError(`--rank ${rank} needs ${FLAGS[rank]}.`);
  return { name: rank };
}

function sourceOf(values: RankValues): RankerSource | undefined {
  const { encoder, reranker, embeddingsUrl, rerankUrl, rankModel: model } = values;
  if (model !== undefined && embeddingsUrl === undefined && rerankUrl === undefined) {
    throw new UsageError(
      `--rank-model ${model} is a model of no service: give --embeddings-url URL or --rerank-url URL too.`,
    );
  }
  if (encoder !== undefined) return { kind: "embedding", folder: encoder };
  if (reranker !== undefined) return { kind: "reranker", folder: reranker };
  if (rerankUrl !== undefined) return { kind: "rerank-endpoint", url: rerankUrl, model };
  if (embeddingsUrl === undefined) return undefined;
  if (model !== undefined) return { kind: "embeddings-endpoint", url: embeddingsUrl, model };
  throw new UsageError(
    "--embeddings-url needs --rank-model NAME: the service must know which model to embed with.",
  );
}

function isSourced(rank: string): rank is RankerSource["kind"] {
  return Object.hasOwn(FLAGS, rank);
}
