import type { Estimate, ResultRecord } from "@llmlingua/eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare.js";
import { resultOf } from "./runs-suite.js";
import { fewestPrompts, rowVerdict } from "./verdict.js";

const runOf = (scorer: string, results: readonly ResultRecord[]) => {
  return { task: "gsm8k", target: "big", scorer, results };
};
const ids = Array.from({ length: 40 }, (_, id) => id);
const right = (id: number, value: number, perToken = 1, group = "g") =>
  resultOf(id, { group, scores: { gsm8k: value }, nll: { perToken, tokens: 9 } });
const width = ({ interval = [0, 0] }: Estimate) => interval[1] - interval[0];
const pairOf = (base: readonly ResultRecord[], aligned: readonly ResultRecord[]) => {
  return { base: runOf("a", base), aligned: runOf("b", aligned) };
};

describe("two runs item by item", () => {
  it("differ by nothing, for certain, where they are the same", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 6 }),
        (nlls) => {
          const results = nlls.map((nll, id) => right(id, id % 2, nll));
          const { rows, unpaired, failed } = compareRuns([pairOf(results, results)]);
          expect([unpaired, failed, rows.length]).toEqual([0, 0, 2]);
          for (const row of rows) {
            expect(row.difference).toMatchObject({ mean: 0, interval: [0, 0] });
            expect(row.p).toBe(1);
            expect(rowVerdict(row)).toBe("no difference beyond chance");
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("say which way the aligned scorer went, likelihood the other way round", () => {
    const before = ids.map((id) => right(id, 0, 2, `${id}`));
    const after = ids.map((id) => right(id, id < 30 ? 1 : 0, 1.5, `${id}`));
    const better = compareRuns([pairOf(before, after)]).rows;
    expect(better.map(({ measure }) => measure)).toEqual(["nll", "gsm8k"]);
    expect(better.map(({ difference }) => difference.mean)).toEqual([-0.5, 0.75]);
    expect(better.map(rowVerdict)).toEqual(["better", "better"]);
    const worse = compareRuns([pairOf(after, before)]).rows;
    expect(worse.map(rowVerdict)).toEqual(["worse", "worse"]);
  });

  it("say of a single prompt no more than that", () => {
    const [before, after] = [0, 1].map((value) => ids.map((id) => right(id, value, 2 - value)));
    const { rows, prompts } = compareRuns([pairOf(before, after)]);
    expect(prompts).toBe(1);
    expect(rows.map(rowVerdict)).toEqual(["better with this prompt", "better with this prompt"]);
    const turned = compareRuns([pairOf(after, before)]).rows;
    expect(turned.map(rowVerdict)).toEqual(["worse with this prompt", "worse with this prompt"]);
  });

  it("resample prompts where items share them", () => {
    // Of eight prompts five came out better and three worse, each for all of its items.
    const isLucky = (id: number) => id % 8 < 5;
    const before = ids.map((id) => right(id, 0.5, 1, `${id % 8}`));
    const after = ids.map((id) => right(id, isLucky(id) ? 1 : 0, 1, `${id % 8}`));
    const [, shared] = compareRuns([pairOf(before, after)]).rows;
    expect(shared).toMatchObject({ prompts: 8, difference: { n: 40, mean: 0.125 }, p: 186 / 256 });
    expect(rowVerdict(shared)).toBe("no difference beyond chance");
    const alone = (results: readonly ResultRecord[]) =>
      results.map((result) => ({ ...result, group: result.id }));
    const [, own] = compareRuns([pairOf(alone(before), alone(after))]).rows;
    expect(width(shared.difference)).toBeGreaterThan(1.5 * width(own.difference));
    expect(width(shared.aligned)).toBeGreaterThan(1.5 * width(own.aligned));
  });

  it("count prompts of several pairs of runs apart, whatever they are called", () => {
    const [before, after] = [0, 1].map((value) => ids.map((id) => right(id, value)));
    const found = compareRuns(Array.from({ length: 8 }, () => pairOf(before, after.slice(1))));
    expect(found).toMatchObject({ prompts: 8, unpaired: 8 });
    const row = { prompts: 8, questions: 39, difference: { n: 8 * 39 }, p: 2 / 256 };
    expect(found.rows[1]).toMatchObject(row);
    expect(rowVerdict(found.rows[1])).toBe("better");
  });

  it("draw questions, too, where several prompts are asked the same", () => {
    // Half of the questions gain, with every prompt alike: eight prompts of them say no more than one.
    const before = ids.map((id) => right(id, 0));
    const after = ids.map((id) => right(id, id % 2));
    const asked = (count: number) =>
      compareRuns(Array.from({ length: count }, () => pairOf(before, after))).rows[1].difference;
    const ratio = width(asked(8)) / width(asked(1));
    expect([ratio > 0.85, ratio < 1.15]).toEqual([true, true]);
    expect(width(asked(8))).toBeGreaterThan(0.25);
  });

  it("say where prompts are too few to tell, whatever came out", () => {
    const verdictOf = (prompts: number, conditions: number) => {
      const results = (value: number) =>
        Array.from({ length: conditions }, (_, at) => `default@${at}x`).flatMap((condition) =>
          ids.map((id) => ({ ...right(id, value, 1, `${id % prompts}`), condition })),
        );
      const { rows } = compareRuns([pairOf(results(0), results(1))]);
      return rowVerdict(rows[1]);
    };
    for (const conditions of [1, 2, 4, 9]) {
      const fewest = fewestPrompts(conditions);
      expect(verdictOf(fewest - 1, conditions)).toBe("too few prompts");
      expect(verdictOf(fewest, conditions)).toBe("better");
    }
    expect([1, 4].map(fewestPrompts)).toEqual([6, 8]);
  });

  it("say so of a few items of one prompt, too", () => {
    const verdictOf = (items: number) => {
      const results = (value: number) => ids.slice(0, items).map((id) => right(id, value));
      return rowVerdict(compareRuns([pairOf(results(0), results(1))]).rows[1]);
    };
    expect([1, 2, 5].map(verdictOf)).toEqual(Array(3).fill("too few items"));
    expect(verdictOf(6)).toBe("better with this prompt");
  });

  it("do not call few what a later step of the correction lets count", () => {
    const of = (condition: string, count: number, value: number) =>
      ids.slice(0, count).map((id) => ({ ...right(id, value, 1, `${id}`), condition }));
    const results = (value: number) => [...of("many@5x", 30, value), ...of("six@5x", 6, value)];
    const { rows } = compareRuns([pairOf(results(0), results(1))]);
    const six = rows.find(({ condition, measure }) => condition === "six@5x" && measure !== "nll");
    expect(six).toMatchObject({ pHolm: 1 / 32, leastP: 1 / 16 });
    expect(six && rowVerdict(six)).toBe("better");
  });

  it("do not depend on the order in which answers came", () => {
    const answers = (shift: number) =>
      ["default@20x", "default@5x"].flatMap((condition) =>
        ids.map((id) => {
          const nll = ((id * 7 + shift) % 11) / 3;
          return { ...right(id, (id + shift) % 2, nll, `${id % 9}`), condition };
        }),
      );
    const [before, after] = [answers(0), answers(3)];
    const found = compareRuns([pairOf(before, after)]);
    expect(found.rows.map(({ condition }) => condition)).toEqual(
      ["default@5x", "default@20x"].flatMap((condition) => [condition, condition]),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(before, { minLength: before.length }),
        fc.shuffledSubarray(after, { minLength: after.length }),
        (base, aligned) => {
          expect(compareRuns([pairOf(base, aligned)])).toEqual(found);
        },
      ),
      { numRuns: 5 },
    );
  });

  it("count the last answer of an item that was tried again, and no failed one", () => {
    const failed = resultOf(0, { failed: "down", scores: {} });
    const base = [failed, right(0, 0), right(1, 0), resultOf(2, { failed: "down", scores: {} })];
    const aligned = [right(0, 1), failed, right(1, 1), right(2, 1), right(3, 1)];
    const found = compareRuns([pairOf(base, aligned)]);
    expect(found).toMatchObject({ unpaired: 1, failed: 1 });
    expect(found.rows[1]).toMatchObject({ measure: "gsm8k", difference: { n: 2, mean: 1 } });
  });

  it("test nothing where nothing is compressed", () => {
    const full = (id: number) =>
      resultOf(id, { condition: "full", method: "full", size: undefined });
    const results = [...ids.map((id) => right(id, 1)), ...ids.map(full)];
    const { rows, prompts } = compareRuns([pairOf(results, results)]);
    const tested = rows.filter(({ p }) => p !== undefined).map(({ condition }) => condition);
    expect(tested).toEqual(["default@5x", "default@5x"]);
    expect(rowVerdict(rows[2])).toBe("not compressed");
    expect(prompts).toBe(1);
  });

  it("leave out a measure that one run lacks", () => {
    const without = ids.map((id) => ({ ...right(id, 1), nll: undefined }));
    const whole = ids.map((id) => right(id, 1));
    const { rows } = compareRuns([pairOf(whole, without)]);
    expect(rows.map(({ measure }) => measure)).toEqual(["gsm8k"]);
  });
});
