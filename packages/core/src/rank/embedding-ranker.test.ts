import { describe, expect, test } from "vitest";
import { embeddingRanker } from "./embedding-ranker.js";
import { describeRanker } from "./ranker-suite.js";
import type { EmbedOptions, TextEmbedder } from "./text-embedder.js";
import { foldedWords } from "./words.js";

/** Counts of words by a hash of their letters, and what it was asked for. */
function wordCounts() {
  const asked: { texts: readonly string[]; kind: EmbedOptions["kind"] }[] = [];
  const embedder: TextEmbedder = {
    name: "word-counts",
    async embed(texts, { kind }) {
      asked.push({ texts, kind });
      return texts.map((text) => {
        const vector = new Float32Array(16);
        for (const word of foldedWords(text)) {
          vector[Array.from(word).reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % 16]++;
        }
        return vector;
      });
    },
    close: async () => {},
  };
  return { embedder, asked };
}

const fixed = (...vectors: number[][]): TextEmbedder => ({
  name: "fixed",
  embed: async (_, { kind }) =>
    (kind === "query" ? vectors.slice(0, 1) : vectors.slice(1)).map((v) => Float32Array.from(v)),
  close: async () => {},
});

describeRanker("embeddings by cosine", async () =>
  embeddingRanker({ embedder: wordCounts().embedder }),
);
describeRanker("embeddings by dot product", async () =>
  embeddingRanker({ embedder: wordCounts().embedder, similarity: "dot" }),
);

describe("an embedding ranker", () => {
  test("asks for the query as a query and for texts as documents, blank ones left out", async () => {
    const { embedder, asked } = wordCounts();
    await embeddingRanker({ embedder }).score("q", ["a", " ", "b"]);
    expect(asked).toEqual([
      { texts: ["q"], kind: "query" },
      { texts: ["a", "b"], kind: "document" },
    ]);
  });

  test("asks for nothing when every text is blank", async () => {
    const { embedder, asked } = wordCounts();
    expect(Array.from(await embeddingRanker({ embedder }).score("q", ["", "\n"]))).toEqual([0, 0]);
    expect(asked).toEqual([]);
  });

  test("ignores lengths with cosine and counts them with dot; a blank text comes last", async () => {
    const embedder = fixed([1, 0], [3, 4], [0.8, 0.6]);
    const texts = ["a", "b", ""];
    const cosine = await embeddingRanker({ embedder }).score("q", texts);
    const dot = await embeddingRanker({ embedder, similarity: "dot" }).score("q", texts);
    for (const [index, score] of [0.6, 0.8, 0.6].entries())
      expect(cosine[index]).toBeCloseTo(score);
    for (const [index, score] of [3, 0.8, 0.8].entries()) expect(dot[index]).toBeCloseTo(score);
  });

  test("takes the embedder's name unless given one", () => {
    const { embedder } = wordCounts();
    expect(embeddingRanker({ embedder }).name).toBe("word-counts");
    expect(embeddingRanker({ embedder, name: "mine" }).name).toBe("mine");
  });

  test.each([
    ["answered 2 vectors; expected 3", fixed([1], [2])],
    ["answered vectors of 1 and of 2 numbers", fixed([1], [2, 3], [4])],
    ["answered 1 vectors; expected 3", fixed([1])],
  ])("says what is wrong: %s", async (message, embedder) => {
    await expect(embeddingRanker({ embedder }).score("q", ["a", "b"])).rejects.toMatchObject({
      code: "ranker-failed",
      message: expect.stringContaining(message),
    });
  });

  test("refuses an unknown similarity", () => {
    const { embedder } = wordCounts();
    const similarity = "euclid" as "dot";
    expect(() => embeddingRanker({ embedder, similarity })).toThrow(
      expect.objectContaining({ code: "invalid-option" }),
    );
  });
});
