import { afterAll, beforeAll, describe, expect, test } from "vitest";
import expected from "../../../fixtures/rank/tiny-expected.json" with { type: "json" };
import { describeRanker } from "../ranker-suite.js";
import { type LoadedRanker, loadCrossEncoder } from "./cross-encoder.js";
import { startHere, tinyModel } from "./in-thread-suite.js";

const open = (folder = tinyModel("tiny-cross-encoder")) =>
  loadCrossEncoder(folder, { threads: 1 }, startHere);

describeRanker("a cross-encoder", () => open());

describe("the tiny cross-encoder", () => {
  let ranker: LoadedRanker;
  beforeAll(async () => {
    ranker = await open();
  });
  afterAll(() => ranker.close());

  test("gives the logits that PyTorch gives, cutting only the document", async () => {
    const scores = await ranker.score(expected.query, expected.texts);
    for (const [index, score] of scores.entries()) {
      expect(Math.abs(score - expected.logits[index])).toBeLessThan(1e-5);
    }
  });

  test("refuses a query that leaves no room for a document", async () => {
    await expect(ranker.score("a ".repeat(22), ["a"])).rejects.toMatchObject({
      code: "ranker-failed",
      message: expect.stringContaining("The query has more than 21 tokens"),
    });
    expect((await ranker.score("a ".repeat(21), ["a"])).length).toBe(1);
  });

  test("refuses calls once closed", async () => {
    const fresh = await open();
    await fresh.close();
    await expect(fresh.score("q", ["a"])).rejects.toMatchObject({ code: "closed" });
  });
});

test("a sentence encoder is no cross-encoder", async () => {
  await expect(open(tinyModel("tiny-encoder"))).rejects.toMatchObject({
    code: "unknown-model",
    message: expect.stringContaining("the output logits; found"),
  });
});
