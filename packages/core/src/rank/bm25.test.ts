import { describe, expect, test } from "vitest";
import lexical from "../../fixtures/rank/lexical.json" with { type: "json" };
import { bm25 } from "./bm25.js";
import { describeRanker } from "./ranker-suite.js";

describeRanker("bm25", async () => bm25());
describeRanker("bm25 with rank_bm25's idf", async () => bm25({ idf: "okapi" }));
describeRanker("bm25 on text between spaces", async () => bm25({ words: "spaces" }));

const best = (scores: Float64Array) => scores.indexOf(Math.max(...scores));

describe("bm25", () => {
  test.each(["folded", "spaces"] as const)("scores as rank_bm25 does (%s)", async (words) => {
    for (const expected of lexical.bm25) {
      const texts = lexical.texts.slice(0, expected.count);
      const scores = await bm25({ words, idf: "okapi" }).score(expected.query, texts);
      for (const [index, score] of scores.entries()) {
        expect(score).toBeCloseTo(expected[words][index], 12);
      }
    }
  });

  test("finds words in any case, width and composition", async () => {
    const texts = ["one about tea", "STRASSE", "Ｆｕｌｌ", "Café ΟΔΌΣ", "two", "three"];
    expect(best(await bm25().score("straße", texts))).toBe(1);
    expect(best(await bm25().score("full", texts))).toBe(2);
    expect(best(await bm25().score("CAFE\u0301 οδός", texts))).toBe(3);
  });

  test("finds Chinese and Japanese words, which no space separates", async () => {
    const texts = [
      "我喜欢喝茶",
      "北京是中国的首都",
      "東京は日本の首都です",
      "茶はおいしい",
      "無題",
    ];
    expect(best(await bm25().score("中国的首都", texts))).toBe(1);
    expect(best(await bm25().score("日本の東京", texts))).toBe(2);
  });

  test("tells two texts apart with Lucene's idf, where Okapi's is 0", async () => {
    const texts = ["bananas grow", "the railway opened"];
    const okapi = await bm25({ idf: "okapi" }).score("railway", texts);
    expect(okapi[1]).toBe(0);
    const lucene = await bm25({ idf: "lucene" }).score("railway", texts);
    expect(lucene[0]).toBe(0);
    // idf = ln 2; one of 3 words where the mean is 2.5.
    const saturation = 1.5 * (0.25 + (0.75 * 3) / 2.5);
    expect(lucene[1]).toBeCloseTo((Math.log(2) * 2.5) / (1 + saturation), 12);
  });

  test("counts a rare word more than a frequent one", async () => {
    const texts = ["red car", "red house", "blue bird", "green house", "red sky"];
    expect(best(await bm25().score("red bird", texts))).toBe(2);
  });

  test.each([
    { k1: -1 },
    { b: 1.5 },
    { epsilon: Number.NaN },
    { words: "letters" as "spaces" },
    { words: "toString" as "spaces" },
    { idf: "tf" as "lucene" },
  ])("refuses %o", (options) => {
    expect(() => bm25(options)).toThrow(expect.objectContaining({ code: "invalid-option" }));
  });

  test("stops between texts when its signal fires", async () => {
    const texts = new Array(20_000).fill("many words that take some time to split and to count");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const call = bm25().score("words", texts, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: "aborted" });
  });
});
