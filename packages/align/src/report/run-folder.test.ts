import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunConfig } from "@llmlingua/eval";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkPairs, checkRuns, readRun, readSources } from "./run-folder.js";
import { headerOf, resultOf, writeRun } from "./runs-suite.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-runs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const runOf = (config: Partial<RunConfig>) => ({
  ...{ folder: config.scorer ?? "?", header: headerOf(config), results: [resultOf(0)] },
});

describe("the folder of a run", () => {
  it("is read without a last line that a kill cut off", async () => {
    const path = await writeRun(folder, headerOf(), [resultOf(0), resultOf(1)], '{"condi');
    const { header, results } = await readRun(path);
    expect(header.config.task).toBe("gsm8k");
    expect(results.map(({ id }) => id)).toEqual(["0", "1"]);
  });

  it("must be one", async () => {
    await expect(readRun(join(folder, "none"))).rejects.toThrow(
      /run\.json: ENOENT.*llmlingua eval/,
    );
    await writeRun(folder, { config: {} }, []);
    await expect(readRun(folder)).rejects.toThrow(/run\.json: config\.task/);
    await writeRun(folder, headerOf(), []);
    await expect(readRun(folder)).rejects.toThrow(/no result/);
    await writeRun(folder, headerOf(), [resultOf(0), { id: 1 }]);
    await expect(readRun(folder)).rejects.toThrow(/results\.jsonl, line 2/);
    await writeFile(join(folder, "run.json"), "{");
    await expect(readRun(folder)).rejects.toThrow(/not written by llmlingua eval/);
  });
});

describe("two runs", () => {
  const base = runOf({ scorer: "small" });
  const names = { base: "small", aligned: "small+aligned" };

  it("may differ by the scorer and by where the target ran", () => {
    const target = { name: "big", where: "http://other:1/v1", api: "completions" };
    expect(() => checkRuns(base, runOf({ scorer: "small+aligned", target }), names)).not.toThrow();
  });

  it.each([
    [{ task: "bbh" }, /task "gsm8k".*"bbh"/],
    [{ sizes: { ratios: [5, 20] } }, /sizes/],
    [{ items: 5 }, /items 4.*has 5/],
    [{ skip: 1 }, /skip/],
    [{ seed: 1 }, /seed/],
    [{ methods: ["paper"] }, /methods/],
    [{ maxNewTokens: 1 }, /maxNewTokens/],
    [{ target: { name: "other", where: "w", api: "completions" } }, /target/],
    [{ target: { name: "big", where: "w", api: "chat" } }, /target/],
  ])("must be alike in all else: %j", (config, message) => {
    const other = runOf({ scorer: "small+aligned", ...config });
    expect(() => checkRuns(base, other)).toThrow(message);
  });

  it("must be of two scorers, of these two, the base first", () => {
    expect(() => checkRuns(base, base)).toThrow(/Both runs compressed with small/);
    const aligned = runOf({ scorer: "small+aligned" });
    expect(() => checkRuns(aligned, base, names)).toThrow(/Give the base scorer's run first/);
    expect(() => checkRuns(base, runOf({ scorer: "third" }), names)).toThrow(/third/);
  });

  it("must not have answered with their own scorers", () => {
    const target = { name: "small", where: "in process" };
    const other = runOf({ scorer: "small+aligned", target });
    expect(() => checkRuns(runOf({ scorer: "small", target }), other)).toThrow(/own scorer/);
  });
});

describe("pairs of runs", () => {
  const pairOf = (name: string, config: Partial<RunConfig>, ...sources: string[]) => ({
    base: { ...runOf({ scorer: "small", ...config }), folder: `${name}-base` },
    aligned: { ...runOf({ scorer: "small+aligned", ...config }), folder: `${name}-aligned` },
    sources: new Set(sources),
  });
  const first = pairOf("first", {}, "a", "b");

  it("may differ by prompts and items", () => {
    const other = pairOf("other", { choices: { prompt: "drawn:7-10:1" }, items: 9, seed: 3 }, "c");
    expect(() => checkPairs([first, other])).not.toThrow();
  });

  it("must be of one experiment", () => {
    const other = pairOf("other", { sizes: { ratios: [2] } }, "c");
    expect(() => checkPairs([first, other])).toThrow(/first-base has sizes.*other-base/);
  });

  it("must not count a prompt twice", () => {
    const third = pairOf("third", { skip: 4 }, "c", "b");
    expect(() => checkPairs([first, pairOf("second", {}, "d"), third])).toThrow(
      /first-base and third-base compressed the same prompt/,
    );
  });

  it("say what they compressed", async () => {
    const prompt = { condition: "default@5x", method: "default", size: "5x", group: "g" };
    const record = { ...prompt, source: "abc", tokens: 1, originalTokens: 5 };
    await writeFile(join(folder, "prompts.jsonl"), `${JSON.stringify(record)}\n{"cut`);
    expect([...(await readSources(folder))]).toEqual(["abc"]);
    await writeFile(join(folder, "prompts.jsonl"), "{}\n");
    await expect(readSources(folder)).rejects.toThrow(/prompts\.jsonl, line 1/);
  });
});
