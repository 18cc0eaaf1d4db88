import { describe, expect, test } from "vitest";
import lexical from "../../fixtures/rank/lexical.json" with { type: "json" };
import { gzip } from "./gzip.js";
import { describeRanker } from "./ranker-suite.js";

describeRanker("gzip", async () => gzip());

describe("gzip", () => {
  test("measures what Python's gzip measures, but for a few bytes: zlib builds differ", async () => {
    for (const { query, distances } of lexical.gzip) {
      const scores = await gzip().score(query, lexical.texts);
      for (const [index, score] of scores.entries()) {
        expect(Math.abs(score + distances[index])).toBeLessThan(0.05);
      }
    }
  });

  test("orders texts as Python's gzip does wherever the distance differs by more than that", async () => {
    for (const { query, distances } of lexical.gzip) {
      const scores = await gzip().score(query, lexical.texts);
      for (const [i, near] of distances.entries()) {
        for (const [j, far] of distances.entries()) {
          if (far - near > 0.1) expect(scores[i]).toBeGreaterThan(scores[j]);
        }
      }
    }
  });

  test("finds the text that repeats the query nearest", async () => {
    const query = "the Stockton and Darlington Railway";
    const scores = await gzip().score(query, ["Bananas grow in the tropics.", query, "x"]);
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
  });
});
