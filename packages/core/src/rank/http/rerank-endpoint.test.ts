import { afterAll, describe, expect, test } from "vitest";
import { describeRanker } from "../ranker-suite.js";
import { type RerankEndpointOptions, rerankEndpoint } from "./rerank-endpoint.js";
import { type Handler, json, serve } from "./server-suite.js";

interface Asked {
  readonly documents?: readonly string[];
  readonly texts?: readonly string[];
}

/** Scores by length, best first, in the fields that `shape` says. */
const byLength = (list: (results: object[]) => unknown, field = "relevance_score") =>
  json(({ documents, texts = documents }: Asked) =>
    list(
      (texts ?? [])
        .map((text, index) => ({ index, [field]: text.length / 1000 }))
        .sort((a, b) => b[field] - a[field]),
    ),
  );
const cohere = byLength((results) => ({ results }));

const stops: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

describeRanker("a rerank endpoint", async () => {
  const { url: baseUrl } = await serve(cohere, (stop) => stops.push(stop));
  return rerankEndpoint({ baseUrl, model: "m" });
});

async function rerank(handler: Handler, options: Partial<RerankEndpointOptions> = {}) {
  const { url, requests } = await serve(handler);
  const ranker = rerankEndpoint({
    url: `${url}/v2/rerank`,
    model: "m",
    retries: 0,
    ...options,
  } as RerankEndpointOptions);
  const scores = ranker.score("q", ["aa", "", "bbbb"]);
  await scores.catch(() => {});
  return { scores, requests };
}

describe("the rerank endpoint", () => {
  const common = { model: "m", query: "q" };
  const documents = ["aa", "bbbb"];

  test.each<[string, Handler, Partial<RerankEndpointOptions>, object]>([
    ["cohere", cohere, {}, { ...common, documents, top_n: 2 }],
    [
      "jina",
      cohere,
      { style: "jina" },
      { ...common, documents, top_n: 2, return_documents: false },
    ],
    [
      "voyage",
      byLength((data) => ({ data })),
      { style: "voyage" },
      { ...common, documents, top_k: 2 },
    ],
    [
      "tei",
      byLength((list) => list, "score"),
      { model: undefined },
      { query: "q", texts: documents, truncate: true },
    ],
  ])("asks for all documents and reads the answer: %s", async (_, handler, options, body) => {
    const { scores, requests } = await rerank(handler, options);
    expect(Array.from(await scores)).toEqual([0.002, 0.002, 0.004]);
    expect(requests).toEqual([expect.objectContaining({ path: "/v2/rerank", body })]);
  });

  test("sends no more documents at once than it is told", async () => {
    const { scores, requests } = await rerank(cohere, { batchSize: 1 });
    expect(Array.from(await scores)).toEqual([0.002, 0.002, 0.004]);
    expect(requests.map(({ body }) => body.documents)).toEqual([["aa"], ["bbbb"]]);
  });

  test("knows Voyage and Jina by their hosts and no others", async () => {
    const bodies: object[] = [];
    const fake: typeof fetch = async (_, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return Response.json([{ index: 0, score: 1 }]);
    };
    const hosts = ["api.voyageai.com", "api.jina.ai", "notjina.ai"];
    for (const host of hosts) {
      const ranker = rerankEndpoint({ baseUrl: `https://${host}/v1`, model: "m", fetch: fake });
      await ranker.score("q", ["a"]);
    }
    expect(bodies.map((body) => Object.keys(body).slice(3))).toEqual([
      ["top_k"],
      ["top_n", "return_documents"],
      ["top_n"],
    ]);
  });

  const results = (...list: unknown[]) => json(() => ({ results: list }));
  const at = (index: unknown, relevance_score: unknown) => ({ index, relevance_score });

  test.each<[string, Handler]>([
    ["expected 2 results, found 1", results(at(0, 1))],
    ["expected 2 results, found 3", results(at(0, 1), at(1, 1), at(2, 1))],
    ["expected every index once, found the index 1 twice", results(at(1, 1), at(1, 1))],
    ["expected indexes from 0 to 1, found the index 2", results(at(2, 1), at(0, 1))],
    ["expected indexes from 0 to 1, found the index -1", results(at(-1, 1), at(0, 1))],
    ['expected indexes from 0 to 1, found the index "0"', results(at("0", 1), at(1, 1))],
    ["expected a finite score, found null for text 1", results(at(0, 1), at(1, Number.NaN))],
    ["expected a finite score, found none for text 0", results({ index: 0 }, { index: 1 })],
    [
      "a list, or one in results or data, found an object with the fields message",
      json(() => ({ message: "no" })),
    ],
    ["expected objects, found 1", results(1, 2)],
    ['HTTP 400: {"message":"no such model"}', json(() => ({ message: "no such model" }), 400)],
  ])("says what is wrong: %s", async (message, handler) => {
    const { scores } = await rerank(handler);
    await expect(scores).rejects.toMatchObject({
      code: "ranker-failed",
      message: expect.stringContaining(message),
    });
  });

  test.each<[string, object]>([
    ["needs a model", { style: "cohere", model: undefined }],
    ["style is wrong", { style: "wrong" }],
    ["style is toString", { style: "toString" }],
    ["batchSize is 0.5", { batchSize: 0.5 }],
  ])("refuses options: %s", (reason, options) => {
    const all = { url: "http://a.example", model: "m", ...options } as RerankEndpointOptions;
    expect(() => rerankEndpoint(all)).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.stringContaining(reason) }),
    );
  });
});
