import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunConfig } from "@llmlingua/eval";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkPairs, checkRuns, readRun } from "./run-folder.js";
import { headerOf, promptOf, resultOf, writeRun } from "./runs-suite.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-runs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const KEY = JSON.stringify(["default@5x", "g"]);
const runOf = (config: Partial<RunConfig>, source = "abc") => ({
  ...{ folder: config.scorer ?? "?", header: headerOf(config), results: [resultOf(0)] },
  sources: new Map([[KEY, source]]),
});

describe("the folder of a run", () => {
  it("is read without a last line that a kill cut off", async () => {
    const path = await writeRun(folder, headerOf(), [resultOf(0), resultOf(1)], {
      tail: '{"condi',
    });
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
    await writeRun(folder, headerOf(), [resultOf(0)], { prompts: [promptOf("a"), {}] });
    await expect(readRun(folder)).rejects.toThrow(/prompts\.jsonl, line 2/);
    await rm(join(folder, "prompts.jsonl"));
    await expect(readRun(folder)).rejects.toThrow(/prompts\.jsonl: ENOENT/);
    await writeFile(join(folder, "run.json"), "{");
    await expect(readRun(folder)).rejects.toThrow(/not written by llmlingua eval/);
  });
});

describe("what a run compressed", () => {
  it("is what counts at its end, where it compressed something", async () => {
    const prompts = [
      promptOf("old"),
      promptOf("none", { group: "h", prompt: undefined, why: "it does not fit" }),
      promptOf("new"),
    ];
    const { sources } = await readRun(
      await writeRun(folder, headerOf(), [resultOf(0)], { prompts }),
    );
    expect([...sources]).toEqual([[KEY, "new"]]);
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

  it("must have compressed the same texts", () => {
    const other = runOf({ scorer: "small+aligned" }, "changed");
    expect(() => checkRuns(base, other)).toThrow(
      /different texts, or by other options, for g, default@5x: prompts, data/,
    );
    const none = { ...other, sources: new Map() };
    expect(() => checkRuns(base, none)).not.toThrow();
  });

  it("must not have answered with their own scorers", () => {
    const target = { name: "small", where: "in process" };
    const other = runOf({ scorer: "small+aligned", target });
    expect(() => checkRuns(runOf({ scorer: "small", target }), other)).toThrow(/own scorer/);
  });
});

describe("pairs of runs", () => {
  const pairOf = (name: string, config: Partial<RunConfig>, source: string) => ({
    base: { ...runOf({ scorer: "small", ...config }, source), folder: `${name}-base` },
    aligned: {
      ...runOf({ scorer: "small+aligned", ...config }, source),
      folder: `${name}-aligned`,
    },
  });
  const first = pairOf("first", {}, "a");

  it("may differ by prompts and items", () => {
    const other = pairOf("other", { choices: { prompt: "drawn:7-10:1" }, items: 9, seed: 3 }, "c");
    expect(() => checkPairs([first, other])).not.toThrow();
  });

  it.each([
    [
      { sizes: { ratios: [2] } },
      /than the prompts and items: first-base has sizes.*other-base has/,
    ],
    [{ maxNewTokens: 1 }, /maxNewTokens/],
    [{ target: { name: "other", where: "w", api: "completions" } }, /target/],
  ])("must be of one experiment: %j", (config, message) => {
    expect(() => checkPairs([first, pairOf("other", config, "c")])).toThrow(message);
  });

  it("must not count a prompt twice", () => {
    const third = pairOf("third", { skip: 4 }, "a");
    const message = /first-base and third-base compressed the same prompt \(g, default@5x\)/;
    expect(() => checkPairs([first, pairOf("second", {}, "b"), third])).toThrow(message);
    expect(() => checkPairs([first, pairOf("first", {}, "a")])).toThrow(/the same prompt/);
  });
});
