/** @module */
import { describe, expect, it } from "vitest";
import type { ResultRecord, RunHeader } from "../run/types.js";
import { type OwnInput, ownResult } from "./own.js";
import { makeOwnReports } from "./own-reports.js";
import { recommend } from "./own-rule.js";
import { wordOverlap } from "./own-similarity.js";

const header: RunHeader = {
  config: {
    task: "own",
    target: { name: "model", where: "in process" },
    methods: ["full", "default"],
    sizes: { ratios: [2, 4] },
    skip: 0,
    seed: 0,
    choices: {},
    tokenizer: "words",
    scorer: "hash",
    maxNewTokens: 8,
    timed: false,
  },
  versions: {},
  started: "2026-01-01T00:00:00Z",
};

/** `lost` of so many items are wrong at 4x, none at 2x. */
function input(items: number, lost: number, expected = true): OwnInput {
  const results = ["full", "default@2x", "default@4x"].flatMap((condition) =>
    Array.from({ length: items }, (_, i): ResultRecord => {
      const [method, size] = condition.split("@");
      const wrong = size === "4x" && i < lost;
      const tokens = 400 / (size ? Number.parseInt(size, 10) : 1);
      return {
        condition,
        method,
        ...(size && { size }),
        group: `g${i}`,
        id: `i${i}`,
        question: `i${i}`,
        tokens,
        originalTokens: 400,
        answer: wrong ? "no idea" : "it is blue",
        scores: expected ? { exact: wrong ? 0 : 1 } : {},
        usage: { promptTokens: tokens, completionTokens: 10, cachedTokens: 0 },
      };
    }),
  );
  return {
    header,
    prompts: [],
    results,
    task: { name: "own", title: "Own prompts", paper: "", metrics: expected ? ["exact"] : [] },
    methods: [
      { name: "full", title: "Full prompt", sized: false },
      { name: "default", title: "Default", sized: true },
    ],
    prices: { input: 1, output: 1 },
  };
}

describe("the rate for one's own prompts", () => {
  it("is the smallest whose interval stays within δ", () => {
    const { recommendation, rates } = ownResult(input(100, 0));
    expect(recommendation).toMatchObject({ decided: true, condition: "default@4x", rate: 0.25 });
    expect(rates.map(({ rate, savedTokens }) => [rate, savedTokens])).toEqual([
      [0.5, 200],
      [0.25, 300],
    ]);
    expect(rates[1].savedMoney).toBeCloseTo(0.3, 9);
  });

  it("says the limit as it was given", () => {
    const { markdown } = makeOwnReports({ ...input(200, 0), delta: 0.025 });
    expect(markdown).toContain("at most 2.5 points below the full prompt");
    expect(markdown).toContain("the interval stays above −2.5.");
    expect(makeOwnReports({ ...input(400, 0), delta: 0.07 }).markdown).toContain("most 7 points");
  });

  it("is a larger one where the smallest loses too much", () => {
    const { recommendation, rates } = ownResult(input(100, 30));
    expect(recommendation).toMatchObject({ decided: true, condition: "default@2x" });
    expect(rates[1]).toMatchObject({ kept: 0.7, difference: { mean: -0.3 } });
  });

  it("is not decided with too few items, and says how many would do", () => {
    const { recommendation } = ownResult(input(10, 0));
    expect(recommendation).toEqual({
      decided: false,
      items: 10,
      need: 60,
      condition: "default@4x",
    });
    expect(makeOwnReports(input(10, 0)).markdown).toContain(
      "Not decided with 10 items; need about 60",
    );
  });

  it("needs four times the items to halve an interval", () => {
    const difference = { n: 100, mean: 0, interval: [-0.1, 0.1] as const };
    const found = recommend([{ condition: "a", rate: 0.5, difference }], { least: 1 });
    expect(found).toEqual({ decided: false, items: 100, need: 400, condition: "a" });
  });

  it("is the full prompt where every rate costs too much", () => {
    const difference = { n: 100, mean: -0.2, interval: [-0.3, -0.1] as const };
    const found = recommend([{ condition: "a", rate: 0.5, difference }]);
    expect(found).toEqual({ decided: false, items: 100 });
    expect(recommend([])).toEqual({ decided: false, items: 0 });
  });

  it("compares answers with the full prompt's where none is expected", () => {
    const { measure, rates } = ownResult(input(100, 50, false));
    expect(measure).toBe("similarity");
    expect(rates.map(({ kept }) => kept)).toEqual([1, 0.5]);
  });

  it("judges each item by its own first score, and by likeness where it has none", () => {
    const whole = input(3, 2);
    const results = whole.results.map((record) => {
      const { exact } = record.scores;
      if (record.id === "i0") return { ...record, scores: { "rouge-1": exact / 2, exact: 1 } };
      return record.id === "i1" ? { ...record, scores: {} } : record;
    });
    const { measure, kinds, judged, rates } = ownResult({ ...whole, results });
    expect(measure).toBe("quality");
    expect(kinds).toEqual(["rouge-1", "similarity", "exact"]);
    expect(judged).toEqual({ expected: 2, likeness: 1, neither: 0 });
    // Lost: a half of the first, all of the second, nothing of the third.
    expect(rates[1].difference).toMatchObject({ n: 3, mean: -0.5 });
    expect(rates[1].kept).toBeCloseTo(1 - 1.5 / 2.5, 12);
    const { markdown } = makeOwnReports({ ...whole, results });
    expect(markdown).toContain(
      "Judged: 2 items by expected answers (rouge-1, exact), 1 item by likeness to the full prompt",
    );
    expect(markdown).toContain("measured by quality");
    expect(markdown).toContain("### i1, default@4x: 100 → 0");
  });

  it("counts the items that nothing can be said of", () => {
    const whole = input(4, 0, false);
    const results = whole.results.flatMap((record): ResultRecord[] => {
      if (record.id === "i0" && record.condition === "full") {
        return [{ ...record, answer: undefined, failed: "HTTP 500" }];
      }
      return record.id === "i1" && record.size !== undefined ? [] : [record];
    });
    const items = [{ id: "i9", suffix: "", gold: "", answers: [] }];
    const given = { ...whole, results, groups: [{ id: "g9", items }] };
    expect(ownResult(given).judged).toEqual({ expected: 0, likeness: 2, neither: 3 });
    expect(makeOwnReports(given).markdown).toContain("3 items not judged, in no difference");
  });

  it("saves tokens and money over the same items", () => {
    const whole = input(2, 0);
    const results = whole.results.map((record): ResultRecord => {
      if (record.id !== "i1") return record;
      const long = { ...record, originalTokens: 40_000, tokens: record.tokens * 100 };
      return record.condition === "full" ? { ...long, failed: "too long", scores: {} } : long;
    });
    const { rates } = ownResult({ ...whole, results });
    expect(rates.map(({ savedTokens }) => savedTokens)).toEqual([200, 300]);
    expect(rates[1].savedMoney).toBeCloseTo(0.3, 9);
  });

  it("shows failures side by side and says what the figures cannot", () => {
    const { html, markdown } = makeOwnReports(input(100, 50, false));
    expect(html).toContain("no idea");
    expect(html).toContain("another wording counts as a loss");
    expect(markdown).toContain("With the compressed prompt:\n\n```text\nno idea\n```");
    expect(`${html}${markdown}`).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("has reports of a run without any record", () => {
    const { markdown } = makeOwnReports({ ...input(1, 0), results: [] });
    expect(markdown).toContain("Not decided: no item was answered");
  });
});

describe("word overlap", () => {
  it("is 1 of the same words in any order and 0 of none in common", () => {
    expect(wordOverlap("It is blue.", "blue it is")).toBe(1);
    expect(wordOverlap("red", "blue")).toBe(0);
    expect(wordOverlap("", "")).toBe(1);
  });

  it("counts a repeated word as often as both have it", () => {
    expect(wordOverlap("a a b", "a")).toBe(0.5);
  });
});
