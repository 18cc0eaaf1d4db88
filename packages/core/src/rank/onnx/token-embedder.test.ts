import { afterAll, beforeAll, describe, expect, test } from "vitest";
import expected from "../../../fixtures/rank/tiny-expected.json" with { type: "json" };
import { tinyModel } from "./in-thread-suite.js";
import { normalized, pooled } from "./pooling.js";
import { loadTokenEmbedder, type TokenEmbedder } from "./token-embedder.js";

const TINY = tinyModel("tiny-encoder");

describe("the tokens of the tiny encoder", () => {
  let embedder: TokenEmbedder;
  beforeAll(async () => {
    embedder = await loadTokenEmbedder(TINY, { threads: 1 });
  });
  afterAll(() => embedder.close());

  test("pool to the vectors that PyTorch gives, of texts that are too long as well", async () => {
    const vectors = await embedder.embed(expected.texts);
    for (const [index, { data, dimension }] of vectors.entries()) {
      const vector = normalized(pooled(data, dimension, "mean"));
      for (const [at, value] of vector.entries()) {
        expect(value).toBeCloseTo(expected.embeddings[index + 1][at], 4);
      }
    }
  });

  test("come with one flag and one row of numbers each", async () => {
    const [{ data, dimension, special }] = await embedder.embed(["bananas grow"]);
    expect(special).toEqual([true, false, false, true]);
    expect(data.length).toBe(dimension * special.length);
  });

  test("are special as well where a text itself has such a token", async () => {
    const [inside, empty] = await embedder.embed(["tea [SEP] tea", ""]);
    expect(inside.special).toEqual([true, false, true, false, true]);
    expect(empty.special).toEqual([true, true]);
  });

  test("are not read once the signal fires", async () => {
    const call = embedder.embed(["tea"], { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: "aborted" });
  });
});

test("a folder whose graph has no vectors of tokens is refused", async () => {
  await expect(loadTokenEmbedder(tinyModel("tiny-cross-encoder"))).rejects.toMatchObject({
    code: "unknown-model",
  });
});

test("a number of threads that cannot be is refused", async () => {
  await expect(loadTokenEmbedder(TINY, { threads: 0 })).rejects.toMatchObject({
    code: "invalid-option",
  });
});
