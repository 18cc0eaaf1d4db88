import type { ResultRecord } from "@llmlingua/eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare.js";
import { resultOf } from "./runs-suite.js";
import { rowVerdict } from "./verdict.js";

const runOf = (scorer: string, results: readonly ResultRecord[]) => {
  return { task: "gsm8k", target: "big", scorer, results };
};
const ids = Array.from({ length: 40 }, (_, id) => id);
const right = (id: number, value: number, perToken = 1) =>
  resultOf(id, { scores: { gsm8k: value }, nll: { perToken, tokens: 9 } });

describe("two runs item by item", () => {
  it("differ by nothing, for certain, where they are the same", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 2 }),
        (nlls) => {
          const results = nlls.map((nll, id) => right(id, id % 2, nll));
          const { rows, unpaired, failed } = compareRuns(runOf("a", results), runOf("b", results));
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
    const before = ids.map((id) => right(id, 0, 2));
    const after = ids.map((id) => right(id, id < 30 ? 1 : 0, 1.5));
    const better = compareRuns(runOf("a", before), runOf("b", after)).rows;
    expect(better.map(({ measure }) => measure)).toEqual(["nll", "gsm8k"]);
    expect(better.map(({ difference }) => difference.mean)).toEqual([-0.5, 0.75]);
    expect(better.map(rowVerdict)).toEqual(["better", "better"]);
    const worse = compareRuns(runOf("a", after), runOf("b", before)).rows;
    expect(worse.map(rowVerdict)).toEqual(["worse", "worse"]);
  });

  it("count the last answer of an item that was tried again, and no failed one", () => {
    const failed = resultOf(0, { failed: "down", scores: {} });
    const base = [failed, right(0, 0), right(1, 0), resultOf(2, { failed: "down", scores: {} })];
    const aligned = [right(0, 1), failed, right(1, 1), right(2, 1), right(3, 1)];
    const found = compareRuns(runOf("a", base), runOf("b", aligned));
    expect(found).toMatchObject({ unpaired: 1, failed: 1 });
    expect(found.rows[1]).toMatchObject({ measure: "gsm8k", difference: { n: 2, mean: 1 } });
  });

  it("test nothing where nothing is compressed", () => {
    const full = (id: number) =>
      resultOf(id, { condition: "full", method: "full", size: undefined });
    const results = [...ids.map((id) => right(id, 1)), ...ids.map(full)];
    const { rows, prompts } = compareRuns(runOf("a", results), runOf("b", results));
    const tested = rows.filter(({ p }) => p !== undefined).map(({ condition }) => condition);
    expect(tested).toEqual(["default@5x", "default@5x"]);
    expect(rowVerdict(rows[2])).toBe("not compressed");
    expect(prompts).toBe(1);
  });

  it("leave out a measure that one run lacks", () => {
    const without = ids.map((id) => ({ ...right(id, 1), nll: undefined }));
    const { rows } = compareRuns(
      runOf(
        "a",
        ids.map((id) => right(id, 1)),
      ),
      runOf("b", without),
    );
    expect(rows.map(({ measure }) => measure)).toEqual(["gsm8k"]);
  });
});
