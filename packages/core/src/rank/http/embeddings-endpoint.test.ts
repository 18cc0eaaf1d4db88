import { afterAll, describe, expect, test } from "vitest";
import { embeddingRanker } from "../embedding-ranker.js";
import { describeRanker } from "../ranker-suite.js";
import { embeddingsEndpoint } from "./embeddings-endpoint.js";
import { type Handler, json, serve } from "./server-suite.js";

/** Vectors of letters counted, sent in reverse order. */
const letterCounts = json(({ input }: { input: string[] }) => ({
  data: input
    .map((text, index) => ({
      index,
      embedding: Array.from("etaoinsr", (letter) => text.split(letter).length - 1),
    }))
    .reverse(),
}));

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

describeRanker("embeddings over HTTP", async () => {
  const { url: baseUrl } = await serve(letterCounts, (stop) => stops.push(stop));
  return embeddingRanker({ embedder: embeddingsEndpoint({ baseUrl, model: "letters" }) });
});

const data = (...embeddings: unknown[]) =>
  json(() => ({ data: embeddings.map((embedding, index) => ({ index, embedding })) }));

async function embed(handler: Handler, texts: readonly string[], options = {}) {
  const { url, requests } = await serve(handler);
  const embedder = embeddingsEndpoint({
    baseUrl: `${url}/v1/`,
    model: "m",
    retries: 0,
    ...options,
  });
  const vectors = embedder.embed(texts, { kind: "document" });
  await vectors.catch(() => {});
  return { vectors, requests };
}

describe("the embeddings endpoint", () => {
  test("asks for the model's vectors and puts them in the order of the texts", async () => {
    const { vectors, requests } = await embed(letterCounts, ["tea", "see", ""]);
    expect((await vectors).map((vector) => Array.from(vector).slice(0, 3))).toEqual([
      [1, 1, 1],
      [2, 0, 0],
      [0, 0, 0],
    ]);
    expect(requests[0].path).toBe("/v1/embeddings");
    expect(requests[0].body).toEqual({ model: "m", input: ["tea", "see", ""] });
  });

  test("sends batches, dimensions and the prefix of the kind", async () => {
    const options = { batchSize: 2, dimensions: 8, documentPrefix: "passage: " };
    const { vectors, requests } = await embed(letterCounts, ["a", "b", "c"], options);
    expect((await vectors).length).toBe(3);
    expect(requests.map(({ body }) => body)).toEqual([
      { model: "m", input: ["passage: a", "passage: b"], dimensions: 8 },
      { model: "m", input: ["passage: c"], dimensions: 8 },
    ]);
  });

  test("takes answers without indexes in their order", async () => {
    const handler = json(() => ({ data: [{ embedding: [1] }, { embedding: [2] }] }));
    const { vectors } = await embed(handler, ["a", "b"]);
    expect(await vectors).toEqual([Float32Array.of(1), Float32Array.of(2)]);
  });

  test.each<[string, Handler, object?]>([
    ["expected 2 results, found 1", data([1])],
    ["expected vectors of 2 numbers, found one of 1", data([1, 2], [1])],
    ["expected vectors of 3 numbers, found one of 2", data([1, 2], [1, 2]), { dimensions: 3 }],
    ["expected a finite number, found null for text 1", data([1], [Number.NaN])],
    ["a list of numbers as embedding, found a string", data("AACAPw==", "AACAPw==")],
    [
      'an object with a list "data", found an object with the fields error',
      json(() => ({ error: 1 })),
    ],
    ['an object with a list "data", found null', json(() => null)],
    ["found the index 0 twice", json(() => ({ data: [{ index: 0 }, { index: 0 }] }))],
    ["found the index 7", json(() => ({ data: [{ index: 7 }, { index: 0 }] }))],
  ])("says what is wrong: %s", async (message, handler, options) => {
    const { vectors } = await embed(handler, ["a", "b"], options);
    await expect(vectors).rejects.toMatchObject({
      code: "ranker-failed",
      message: expect.stringContaining(message),
    });
  });

  test("refuses a batch size that sends nothing", () => {
    const options = { baseUrl: "http://a.example", model: "m", batchSize: 0 };
    expect(() => embeddingsEndpoint(options)).toThrow("batchSize is 0");
  });
});
