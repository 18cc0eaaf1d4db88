/**
 * Options that say how contexts are ranked for a question, and by whom.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import type { OptionsOf } from "../args/given.js";
import { numberIn } from "../args/parsers.js";
import type { withMethod } from "./method-flags.js";

/** The environment variable with the key of an endpoint. */
export const RANK_KEY = "LLMLINGUA_RANK_API_KEY";

const rank = new Option(
  "--rank <NAME>",
  "What contexts are ranked by; default: auto (the shortest of worked examples, else perplexity where " +
    "whole contexts are dropped), with --method longllmlingua question. The last four need one of the options below, which choose them " +
    "by themselves.",
).choices([
  ...["auto", "perplexity", "shortest", "recent", "original", "random"],
  ...["question", "question-sentence", "question-document", "bm25", "gzip"],
  ...["embedding", "reranker", "embeddings-endpoint", "rerank-endpoint"],
] as const);

const encoder = new Option(
  "--encoder <DIR>",
  "Rank by embeddings of the sentence encoder in that folder (ONNX, hub layout).",
).conflicts(["reranker", "embeddingsUrl", "rerankUrl"]);

const reranker = new Option(
  "--reranker <DIR>",
  "Rank by the cross-encoder in that folder (ONNX, hub layout).",
).conflicts(["embeddingsUrl", "rerankUrl"]);

const embeddingsUrl = new Option(
  "--embeddings-url <URL>",
  "Rank by embeddings of an OpenAI-compatible service, such as https://api.openai.com/v1; needs " +
    `--rank-model. The key, if it wants one, is read from ${RANK_KEY}.`,
).conflicts("rerankUrl");

const RERANK_URL =
  "Rank by a rerank service (Cohere, Jina, Voyage, vLLM, TEI), such as https://api.cohere.com/v2; " +
  "the same key.";

const order = new Option(
  "--order <NAME>",
  "Order of the contexts in the result; default: original, with --method longllmlingua relevance.",
).choices(["original", "relevance", "two-sided"]);

const DYNAMIC_RATE =
  "How much more of its tokens the best context keeps than the mean, and the worst less, 0 to 1; " +
  "default: 0, with --method longllmlingua 0.3.";

/** Ranking, and what is made of it. */
export function withRank(command: ReturnType<typeof withMethod>) {
  return command
    .optionsGroup("Ranking for a question:")
    .addOption(rank)
    .addOption(encoder)
    .addOption(reranker)
    .addOption(embeddingsUrl)
    .option("--rerank-url <URL>", RERANK_URL)
    .option("--rank-model <NAME>", "The model that the service is asked for.")
    .addOption(order)
    .option("--contrastive", "Score tokens by how much more likely the question makes them.")
    .option("--no-contrastive", "Score them by surprisal; default, but for longllmlingua.")
    .option("--dynamic-rate <D>", DYNAMIC_RATE, numberIn({ min: 0, max: 1 }));
}

export type RankValues = Pick<
  OptionsOf<typeof withRank>,
  "rank" | "encoder" | "reranker" | "embeddingsUrl" | "rerankUrl" | "rankModel"
>;
