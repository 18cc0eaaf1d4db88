import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHIPPED_DATA, type Target, taskOf } from "@llmlingua/eval";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainingRecord } from "../folder/index.js";
import { evaluationRequest, runsRequest } from "./compression.js";
import { createMoney } from "./money.js";
import { headerOf, promptOf, resultOf, writeRun } from "./runs-suite.js";
import { pairOf, scorersWith } from "./scorers-suite.js";

let folder: string;
let questions: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-compression-"));
  const text = await readFile(join(SHIPPED_DATA, "gsm8k", "test.jsonl"), "utf8");
  questions = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).question);
  const results = (right: number) =>
    [0, 1, 2, 3].map((id) => resultOf(id, { group: "gsm8k", scores: { gsm8k: right } }));
  await writeRun(join(folder, "base"), headerOf(), results(0));
  await writeRun(join(folder, "aligned"), headerOf({ scorer: "base+aligned" }), results(1));
});
afterAll(() => rm(folder, { recursive: true }));

const opened = (pairs: ReturnType<typeof pairOf>[]) => ({
  ...{ scorers: scorersWith(0.9), pairs, training: {} as TrainingRecord },
  onProgress: () => undefined,
});

describe("finished runs", () => {
  it("are compared over items that no pair contains, where the data is given", async () => {
    const [base, aligned] = [join(folder, "base"), join(folder, "aligned")];
    const pairs = [pairOf("a", `Solve: ${questions[2]}`)];
    const looked = await (await runsRequest([{ base, aligned }], SHIPPED_DATA)).measure(
      opened(pairs),
    );
    expect(looked).toMatchObject({ overlapping: 1, unpaired: 0 });
    expect(looked.rows.at(-1)).toMatchObject({ measure: "gsm8k", difference: { n: 3, mean: 1 } });
    const unlooked = await (await runsRequest([{ base, aligned }])).measure(opened(pairs));
    expect(unlooked.overlapping).toBeUndefined();
    expect(unlooked.rows.at(-1)).toMatchObject({ difference: { n: 4 } });
  });

  it("are compared over the prompts of several pairs", async () => {
    // Eight prompts of four questions each; the last one comes out worse.
    const folders = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const run = (name: string, scorer: string, right: number) => {
          const results = [0, 1, 2, 3].map((id) =>
            resultOf(id, { group: "gsm8k", scores: { gsm8k: right } }),
          );
          const prompts = [promptOf(`source ${at}`, { group: "gsm8k" })];
          return writeRun(join(folder, `${name}-${at}`), headerOf({ scorer }), results, {
            prompts,
          });
        };
        const gain = at < 7 ? 1 : 0;
        return {
          base: await run("base", "base", 1 - gain),
          aligned: await run("aligned", "base+aligned", gain),
        };
      }),
    );
    const seen = [pairOf("a", `Solve: ${questions[2]}`)];
    const request = await runsRequest(folders, SHIPPED_DATA);
    const { rows, ...summary } = await request.measure(opened(seen));
    expect(summary).toMatchObject({ prompts: 8, overlapping: 8, unpaired: 0 });
    // Of seven against one 2 · (1 + 8) of 256 patterns are as far out.
    const row = {
      measure: "gsm8k",
      prompts: 8,
      questions: 3,
      difference: { n: 24, mean: 0.75 },
      p: 18 / 256,
    };
    expect(rows.at(-1)).toMatchObject(row);
    await expect(runsRequest([folders[0], folders[1], folders[0]])).rejects.toThrow(
      /the same prompt/,
    );
  });

  it("must be of the scorers that the report is of", async () => {
    const swapped = { base: join(folder, "aligned"), aligned: join(folder, "base") };
    const request = await runsRequest([swapped]);
    await expect(request.measure(opened([]))).rejects.toThrow(/Give the base scorer's run first/);
  });
});

describe("an evaluation", () => {
  const given = {
    ...{ task: "gsm8k", items: 2, skip: 0, seed: 0, ratios: [5], methods: ["truncate"] },
    ...{ tokenizer: "cl100k_base", concurrency: 1, circumstances: { versions: {}, command: "x" } },
    api: "completions" as const,
  };

  it("runs with both scorers, asks the base one, and goes on where it was", async () => {
    const request = await evaluationRequest({ ...given, out: join(folder, "out") });
    for (const _ of [1, 2]) {
      const summary = await request.measure(opened([]));
      expect(summary).toMatchObject({ task: "gsm8k", target: "base", overlapping: 0, prompts: 1 });
      expect(summary.rows).toMatchObject([
        { condition: "truncate@5x", measure: "nll", difference: { n: 2, mean: 0 } },
      ]);
    }
  });

  it("pays for both runs out of one purse, earlier calls counted, and says where it was empty", async () => {
    let asked = 0;
    const usage = { promptTokens: 100, completionTokens: 10, cachedTokens: 0 };
    const target: Target = {
      ...{ name: "big", where: "here", close: async () => undefined },
      generate: async () => ({ text: `${++asked}`, finished: true, usage, ms: 1 }),
    };
    const paid = async (name: string, cap?: number) => {
      const money = createMoney({ input: 1e6, output: 1e6 }, cap);
      const request = await evaluationRequest({ ...given, target, money, out: join(folder, name) });
      const summary = await request.measure(opened([]));
      return { summary, spent: money.spent, isReached: money.isReached };
    };
    for (const _ of [1, 2]) {
      const { summary, spent, isReached } = await paid("paid");
      expect(isReached).toBe(false);
      expect(summary).not.toHaveProperty("partial");
      // 2 items under 2 scorers, asked in the first call alone.
      expect([spent, asked]).toEqual([440, 4]);
    }
    const none = await paid("poor", 100);
    expect(none.summary).toMatchObject({ partial: true, rows: [] });
    expect([none.spent, none.isReached, asked]).toEqual([0, true, 4]);
  });

  it("leaves the second run as much of the cap as the first one had", async () => {
    const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0 };
    const target: Target = {
      ...{ name: "big", where: "here", close: async () => undefined },
      generate: async () => ({ text: "1", finished: true, usage, ms: 1 }),
    };
    const many = { ...given, items: 8, target };
    const spentOf = async (name: string, cap: number) => {
      const money = createMoney({ input: 0, output: 1e6 }, cap);
      const request = await evaluationRequest({ ...many, money, out: join(folder, name) });
      return { summary: await request.measure(opened([])), spent: money.spent };
    };
    // An answer may cost as much as it may be long, and costs 1: half of the cap is for three of them.
    const most = taskOf("gsm8k").maxNewTokens;
    const { summary, spent } = await spentOf("half", 2 * (most + 2));
    expect(summary).toMatchObject({ partial: true, unpaired: expect.any(Number) });
    expect(summary.rows[0].difference.n).toBe(3);
    expect(spent).toBeGreaterThanOrEqual(6);
  });

  it("needs an item that no pair contains", async () => {
    const request = await evaluationRequest({ ...given, out: join(folder, "none") });
    const pairs = questions.map((question, index) => pairOf(`${index}`, question));
    await expect(request.measure(opened(pairs))).rejects.toThrow(
      /All 2 items of gsm8k stand in prompts/,
    );
  });
});
