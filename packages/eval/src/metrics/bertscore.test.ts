import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import recorded from "../../fixtures/metrics/bertscore.json" with { type: "json" };
import { type BertScorer, loadBertScorer } from "./bertscore.js";

const TINY = fileURLToPath(new URL("../../../core/fixtures/rank/tiny-encoder", import.meta.url));

/** Folder of an encoder and a file of `make_metric_fixtures.py --encoder` with its scores. */
const { LLMLINGUA_BERTSCORE_ENCODER: encoder = "", LLMLINGUA_BERTSCORE: expected = "" } =
  process.env;

describe("BERTScore over the tiny encoder", () => {
  let scorer: BertScorer;
  beforeAll(async () => {
    scorer = await loadBertScorer(TINY, { threads: 1 });
  });
  afterAll(() => scorer.close());

  test("is the F1 that bert-score computes", async () => {
    expect(recorded.length).toBeGreaterThanOrEqual(50);
    expect(await largestDifference(scorer, recorded)).toBeLessThan(1e-5);
  });

  test("takes the best reference, and is 0 where there is none or the answer is empty", async () => {
    expect((await scorer.score("tea", ["bananas", "tea"])).bertscore).toBeCloseTo(1, 6);
    expect(await scorer.score("tea", [])).toEqual({ bertscore: 0 });
    expect(await scorer.score("", [""])).toEqual({ bertscore: 0 });
  });

  test("stops when its signal fires", async () => {
    const call = scorer.score("tea", ["tea"], { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: "aborted" });
  });
});

describe.skipIf(!existsSync(encoder) || !existsSync(expected))(
  "BERTScore over a real encoder",
  () => {
    test("is the F1 that bert-score computes", async () => {
      const scorer = await loadBertScorer(encoder, { maxTokens: 512, threads: 1 });
      const pairs = JSON.parse(readFileSync(expected, "utf8")) as typeof recorded;
      const largest = await largestDifference(scorer, pairs);
      await scorer.close();
      expect(largest, `largest difference of ${pairs.length} pairs`).toBeLessThan(1e-5);
    });
  },
);

async function largestDifference(scorer: BertScorer, pairs: typeof recorded): Promise<number> {
  let largest = 0;
  for (const { answer, answers, bertscore } of pairs) {
    const found = await scorer.score(answer, answers);
    largest = Math.max(largest, Math.abs(found.bertscore - bertscore));
  }
  return largest;
}
