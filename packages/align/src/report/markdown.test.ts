import type { Estimate } from "@llmlingua/eval";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare.js";
import { markdownOf } from "./markdown.js";
import { resultOf } from "./runs-suite.js";
import type { DivergenceSummary, GeneralSummary, ReportSummary } from "./summary.js";
import { forgettingVerdict } from "./verdict.js";

const of = (mean: number, low: number, high: number): Estimate => ({
  ...{ n: 50, mean, interval: [low, high] },
});

const runOf = (scorer: string) => ({ task: "gsm8k", target: "big", scorer, results: [] });

const none = { measured: false, why: "No target was given: --target URL --model NAME." } as const;

const summary: ReportSummary = {
  format: "llmlingua-alignment-report/1",
  scorers: { base: "small", aligned: "small+aligned" },
  pairs: { file: "pairs_1.jsonl", sha256: "ab".repeat(32) },
  heldOut: {
    ...{ pairs: 50, groups: 50, tokens: 12345, cut: 0, sameFile: true },
    loss: { base: of(1.25, 1.2, 1.3), aligned: of(1.15, 1.1, 1.2) },
    change: of(-0.08, -0.09, -0.07),
    training: { before: 1.26, after: 1.14, pairs: 50 },
  },
  general: {
    ...{ source: "the sample of this package", passages: 27, leftOut: 0, tokens: 6000 },
    ...{ perplexity: { base: 20, aligned: 20.2 }, ratio: of(1.01, 1.005, 1.015), limit: 0.03 },
  },
  divergence: none,
  compression: none,
  versions: { "@llmlingua/align": "0.1.0" },
};

describe("the report", () => {
  it("has every section, also what was not measured, and the command", () => {
    const text = markdownOf(summary, "llmlingua align report --scorer x");
    expect(text).toContain("# Alignment report: small+aligned");
    expect(text).toContain("pairs\\_1.jsonl");
    expect(text).toContain("50 pairs that training did not see, 12,345 answer tokens");
    expect(text).toContain("−8.00 % (−9.00 to −7.00)");
    expect(text).toContain("more likely than the base does");
    expect(text).toContain("The ratio is within 3 %, the whole interval.");
    expect(text.match(/Not measured\. No target was given/g)).toHaveLength(2);
    expect(text).toContain("```sh\nllmlingua align report --scorer x\n```\n");
    expect(text).not.toMatch(/undefined|NaN/);
    expect(markdownOf(summary, "x")).toBe(markdownOf(structuredClone(summary), "x"));
  });

  it("claims nothing that the interval does not hold", () => {
    const heldOut = { ...summary.heldOut, change: of(-0.01, -0.03, 0.01), sameFile: false, cut: 2 };
    const text = markdownOf({ ...summary, heldOut }, "x");
    expect(text).toContain("No difference beyond the interval.");
    expect(text).toContain("not byte for byte");
    expect(text).toContain("2 pairs are longer than the training's window");
  });

  it("says on how many pairs training measured its loss, and by what intervals go", () => {
    const textOf = (heldOut: Partial<ReportSummary["heldOut"]>) =>
      markdownOf({ ...summary, heldOut: { ...summary.heldOut, ...heldOut } }, "x");
    const loss = { before: 1.26, after: 1.14 };
    expect(textOf({})).toContain("after on its own graph, on all of these pairs. Those chose");
    expect(textOf({})).toContain("intervals resample pairs");
    const some = textOf({ training: { ...loss, pairs: 40 }, groups: 12 });
    expect(some).toContain("on 40 of these pairs.");
    expect(some).toContain("intervals resample their 12 groups");
    expect(textOf({ training: loss })).toContain("its record does not say how many");
  });

  it("says what the target cost and where a cap ended it", () => {
    const value = {
      ...compareRuns([{ base: runOf("small"), aligned: runOf("small+aligned") }]),
      partial: true,
    } as const;
    const compression = { measured: true, value } as const;
    const text = markdownOf({ ...summary, compression, cost: 1.234 }, "x");
    expect(text).toContain("The target cost 1.23 USD");
    expect(text).toContain("Partial: the spending cap was reached");
    expect(text).toContain("there is nothing to compare");
    expect(text).not.toContain("No difference beyond chance");
  });

  it.each([
    [of(1.02, 1.01, 1.04), "within 3 %, though the interval reaches further"],
    [of(1.05, 1.04, 1.06), "not within 3 %: general text was forgotten"],
    [of(0.9, 0.88, 0.92), "not within 3 %, but lower: nothing was forgotten"],
    [{ n: 1, mean: 1.01 }, "within 3 %, of one passage"],
  ])("says what a ratio of %j means", (ratio, words) => {
    expect(forgettingVerdict({ ...summary.general, ratio } as GeneralSummary)).toBe(words);
  });

  it("explains the estimate of the divergence", () => {
    const both = { base: of(9, 8, 10), aligned: of(7, 6, 8), difference: of(-2, -3, -1) };
    const value: DivergenceSummary = {
      ...{ target: { name: "big", where: "http://h/v1" }, samples: 100, prompts: 50, bytes: 9000 },
      ...{ groups: 50, ends: "scored" },
      ...{ leftOut: { "empty answers": 2 }, perAnswer: both, perByte: both },
    };
    const text = markdownOf({ ...summary, divergence: { measured: true, value } }, "x");
    expect(text).toContain("100 answers of big (http://h/v1) to 50 held-out prompts");
    expect(text).toContain(
      "The aligned scorer is closer to the target. Left out: 2 (empty answers).",
    );
    expect(text).toContain("y drawn from the target");
    expect(text).toContain("| KL(target ‖ scorer) |");
    expect(text).not.toMatch(/unbiased|no KL divergence/);
    const open: DivergenceSummary = { ...value, groups: 20, ends: "left out" };
    const gap = markdownOf({ ...summary, divergence: { measured: true, value: open } }, "x");
    expect(gap).toContain("| Cross-entropy gap, end of answer left out |");
    expect(gap).toContain("this is no KL divergence of whole answers");
    expect(gap).toContain("given the samples it is sound");
    expect(gap).toContain("intervals resample their 20 groups");
    expect(gap).not.toMatch(/closer to the target|KL\(target/);
  });

  it("states the truth about compression, where there is no difference too", () => {
    const run = (scorer: string, right: number, prompts: number) => ({
      ...{ task: "gsm8k", target: "big", scorer },
      results: Array.from({ length: 40 }, (_, id) =>
        resultOf(id, { group: `${id % prompts}`, scores: { gsm8k: id < right ? 1 : 0 } }),
      ),
    });
    const reportOf = (base: number, aligned: number, prompts = 40) => {
      const [small, tuned] = [run("small", base, prompts), run("small+aligned", aligned, prompts)];
      const value = compareRuns([{ base: small, aligned: tuned }]);
      return markdownOf({ ...summary, compression: { measured: true, value } }, "x");
    };
    expect(reportOf(20, 21)).toContain(
      "No difference beyond chance. The paper's own effect is small",
    );
    expect(reportOf(10, 30)).toContain("better at default@5x by gsm8k");
    expect(reportOf(30, 10)).toContain("worse at default@5x by gsm8k");
    expect(reportOf(20, 21)).toContain("was not looked at");
    expect(reportOf(20, 21)).not.toContain("share");
    const single = reportOf(10, 30, 1);
    expect(single).toContain("With this one prompt default@5x by gsm8k came out better.");
    expect(single).toContain("these share 1 prompt, so they say nothing of other prompts");
    expect(single).toContain("6 are the fewest of which 1 condition can show a difference.");
    expect(reportOf(30, 10, 1)).toContain(
      "With this one prompt default@5x by gsm8k came out worse.",
    );
    const few = reportOf(10, 30, 5);
    expect(few).toContain("Too few prompts to tell at default@5x by nll, default@5x by gsm8k.");
    expect(few).not.toMatch(/beyond chance|(came out|is) (better|worse) /);
    const enough = reportOf(20, 21, 11);
    expect(enough).toContain("Answers share 11 prompts, which intervals and p resample. 6 are");
    expect(enough).toContain("No difference beyond chance.");
  });

  it("speaks of no fewest prompts where nothing was compressed", () => {
    const results = [0, 1, 2].map((id) => resultOf(id, { condition: "full", size: undefined }));
    const run = (scorer: string) => ({ task: "gsm8k", target: "big", scorer, results });
    const value = compareRuns([{ base: run("small"), aligned: run("small+aligned") }]);
    const text = markdownOf({ ...summary, compression: { measured: true, value } }, "x");
    expect(text).toContain("Compare runs with several. Mean tokens");
    expect(text).not.toMatch(/fewest|Infinity|beyond chance/);
  });

  it("says of how many questions answers are where several prompts are asked the same", () => {
    const run = (scorer: string) => ({
      ...{ task: "gsm8k", target: "big", scorer },
      results: Array.from({ length: 10 }, (_, id) => resultOf(id)),
    });
    const pair = { base: run("small"), aligned: run("small+aligned") };
    const value = compareRuns([pair, pair, pair]);
    const text = markdownOf({ ...summary, compression: { measured: true, value } }, "x");
    expect(text).toContain("| default@5x | gsm8k | 30 | 3 |");
    expect(text).toContain(
      "were asked the same, 10 questions by their ids: intervals draw prompts and questions",
    );
  });
});
