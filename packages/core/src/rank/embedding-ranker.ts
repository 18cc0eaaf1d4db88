/**
 * Ranks by how near a text's vector is to the query's.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../errors.js";
import { scoreBlankLast } from "./blank-texts.js";
import type { TextEmbedder } from "./text-embedder.js";
import type { Ranker } from "./types.js";

/** Options of {@link embeddingRanker}. */
export interface EmbeddingRankerOptions {
  /** What makes the vectors; whoever opened it closes it. */
  readonly embedder: TextEmbedder;
  /** Name for reports and errors; default the embedder's. */
  readonly name?: string;
  /** `cosine` (default), or `dot` for models trained so, whose vectors' lengths carry meaning. */
  readonly similarity?: "cosine" | "dot";
}

/**
 * Makes a ranker of an embedder. A blank text gets the lowest score of the others and is not sent.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function embeddingRanker({
  embedder,
  name = embedder.name,
  similarity = "cosine",
}: EmbeddingRankerOptions): Ranker {
  if (similarity !== "cosine" && similarity !== "dot") {
    throw new LlmlinguaError(
      "invalid-option",
      `similarity is ${String(similarity)}; it must be "cosine" or "dot".`,
    );
  }
  return {
    name,
    async score(query, texts, { signal } = {}) {
      throwIfAborted(signal);
      return scoreBlankLast(texts, async (written) => {
        const [[queryVector], vectors] = await Promise.all([
          embedder.embed([query], { kind: "query", signal }),
          embedder.embed(written, { kind: "document", signal }),
        ]);
        checkVectors(embedder.name, [queryVector, ...vectors], written.length + 1);
        return vectors.map((vector) => nearness(queryVector, vector, similarity));
      });
    },
  };
}

/** Dot product, divided by both lengths for `cosine`; a vector of zeros is near nothing (0). */
function nearness(one: Float32Array, other: Float32Array, similarity: "cosine" | "dot"): number {
  const product = dot(one, other);
  if (similarity === "dot") return product;
  const lengths = Math.sqrt(dot(one, one)) * Math.sqrt(dot(other, other));
  return lengths === 0 ? 0 : product / lengths;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index] * other[index];
  return sum;
}

function checkVectors(name: string, vectors: readonly Float32Array[], count: number): void {
  const size = vectors[0]?.length;
  const wrong = vectors.find((vector) => vector?.length !== size);
  if (vectors.length === count && wrong === undefined) return;
  const found =
    vectors.length === count
      ? `vectors of ${size} and of ${wrong?.length} numbers`
      : `${vectors.length} vectors`;
  throw new LlmlinguaError(
    "ranker-failed",
    `The embedder ${name} answered ${found}; expected ${count} vectors of one length (the query and ${count - 1} texts).`,
  );
}
