import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHIPPED_DATA } from "@llmlingua/eval";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainingRecord } from "../folder/index.js";
import { evaluationRequest, runsRequest } from "./compression.js";
import { headerOf, resultOf, writeRun } from "./runs-suite.js";
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
    const looked = await (await runsRequest(base, aligned, SHIPPED_DATA))(opened(pairs));
    expect(looked).toMatchObject({ overlapping: 1, unpaired: 0 });
    expect(looked.rows.at(-1)).toMatchObject({ measure: "gsm8k", difference: { n: 3, mean: 1 } });
    const unlooked = await (await runsRequest(base, aligned))(opened(pairs));
    expect(unlooked.overlapping).toBeUndefined();
    expect(unlooked.rows.at(-1)).toMatchObject({ difference: { n: 4 } });
  });

  it("must be of the scorers that the report is of", async () => {
    const request = await runsRequest(join(folder, "aligned"), join(folder, "base"));
    await expect(request(opened([]))).rejects.toThrow(/Give the base scorer's run first/);
  });
});

describe("an evaluation", () => {
  const given = {
    ...{ task: "gsm8k", items: 2, skip: 0, seed: 0, ratios: [5], methods: ["truncate"] },
    ...{ tokenizer: "cl100k_base", concurrency: 1, server: undefined, versions: {}, command: "x" },
    ...{ data: undefined, requestsPerMinute: undefined, signal: undefined },
    api: "completions" as const,
  };

  it("runs with both scorers, asks the base one, and goes on where it was", async () => {
    const request = await evaluationRequest({ ...given, out: join(folder, "out") });
    for (const _ of [1, 2]) {
      const summary = await request(opened([]));
      expect(summary).toMatchObject({ task: "gsm8k", target: "base", overlapping: 0, prompts: 1 });
      expect(summary.rows).toMatchObject([
        { condition: "truncate@5x", measure: "nll", difference: { n: 2, mean: 0 } },
      ]);
    }
  });

  it("needs an item that no pair contains", async () => {
    const request = await evaluationRequest({ ...given, out: join(folder, "none") });
    const pairs = questions.map((question, index) => pairOf(`${index}`, question));
    await expect(request(opened(pairs))).rejects.toThrow(/All 2 items of gsm8k stand in prompts/);
  });
});
