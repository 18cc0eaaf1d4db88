import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHashScorer, loadTokenCounter } from "llmlingua";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EvaluationError } from "../errors.js";
import { METHODS } from "../methods/index.js";
import type { Answer, Target } from "../targets/types.js";
import type { Group, Task } from "../tasks/types.js";
import { type RunInput, run } from "./run.js";
import type { RunConfig } from "./types.js";

const USAGE = { promptTokens: 100, completionTokens: 10, cachedTokens: 0 };
const CONFIG: RunConfig = {
  task: "toy",
  target: { name: "fake", where: "here" },
  methods: [],
  sizes: { tokens: [20] },
  skip: 0,
  seed: 0,
  choices: {},
  tokenizer: "cl100k_base",
  scorer: "hash",
  maxNewTokens: 10,
  timed: false,
};

const group: Group = {
  id: "toy",
  instruction: "",
  contexts: ["One two three four five six seven.", "Eight nine ten eleven twelve thirteen."],
  joint: "\n\n",
  asks: false,
  items: ["a", "b", "c"].map((id) => ({
    id,
    suffix: `\n\nQuestion: ${id}?\n`,
    gold: ` ${id}`,
    answers: [id],
  })),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-eval-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A target that answers with the question's letter; `before` may fail. */
function fake(before: (prompt: string) => void = () => undefined) {
  const asked: string[] = [];
  const target: Target = {
    name: "fake",
    where: "here",
    async generate(prompt): Promise<Answer> {
      before(prompt);
      asked.push(prompt);
      const text = prompt.at(-3) ?? "";
      return { text, finished: true, usage: USAGE, ms: 1 };
    },
    async likelihood() {
      return { nats: -3, tokens: 2, usage: USAGE, ms: 1 };
    },
    close: async () => undefined,
  };
  return { target, asked };
}

async function inputOf(target: Target, more: Partial<RunInput> = {}): Promise<RunInput> {
  const task = { name: "toy", maxNewTokens: 10, stop: [] } as unknown as Task;
  return {
    task,
    groups: [group],
    methods: METHODS.filter(({ name }) => ["full", "truncate", "random-tokens"].includes(name)),
    sizes: { tokens: [8] },
    target,
    score: async (answer, { answers }) => ({ exact: Number(answers.includes(answer)) }),
    counter: await loadTokenCounter("cl100k_base"),
    scorer: createHashScorer(),
    config: CONFIG,
    circumstances: { versions: {} },
    folder,
    likelihoods: true,
    concurrency: 1,
    ...more,
  };
}

describe("run", () => {
  it("asks every item under every condition and scores the answers", async () => {
    const { target, asked } = fake();
    const { header, prompts, results } = await run(await inputOf(target));
    expect(prompts.map(({ condition }) => condition)).toEqual([
      "full",
      "truncate@8",
      "random-tokens@8",
    ]);
    expect(results).toHaveLength(9);
    expect(asked).toHaveLength(9);
    expect(results.every(({ scores, nll }) => scores.exact === 1 && nll?.perToken === 1.5)).toBe(
      true,
    );
    expect(prompts[1].tokens).toBeLessThanOrEqual(8);
    expect(header.ended?.how).toBe("complete");
  });

  it("goes on after a cancellation without asking or counting anything twice", async () => {
    const stop = new AbortController();
    const first = fake();
    const cancelled = run(
      await inputOf(first.target, {
        signal: stop.signal,
        onProgress: ({ stage, done }) => stage === "ask" && done === 4 && stop.abort(),
      }),
    );
    await expect(cancelled).rejects.toMatchObject({ code: "aborted" });
    const second = fake();
    const { results } = await run(await inputOf(second.target));
    expect(first.asked.length + second.asked.length).toBe(9);
    const keys = results.map(({ condition, id }) => `${condition} ${id}`);
    expect(new Set(keys).size).toBe(9);
    expect(keys).toHaveLength(9);
  });

  it("drops a line that a kill cut off and asks that item again", async () => {
    await run(await inputOf(fake().target));
    const path = join(folder, "results.jsonl");
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    await writeFile(path, `${lines.slice(0, -1).join("\n")}\n${lines[8].slice(0, 30)}`);
    const { target, asked } = fake();
    const { results } = await run(await inputOf(target));
    expect(asked).toHaveLength(1);
    expect(results).toHaveLength(9);
    expect(
      (await readFile(path, "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(results);
  });

  it("names the line of a journal that is not its own", async () => {
    await run(await inputOf(fake().target));
    await appendFile(join(folder, "results.jsonl"), "{}\nnonsense\n");
    await expect(run(await inputOf(fake().target))).rejects.toThrow(/results\.jsonl, line 10/);
  });

  it("refuses the folder of another run and says what differs", async () => {
    await run(await inputOf(fake().target));
    const other = await inputOf(fake().target, { config: { ...CONFIG, seed: 1 } });
    await expect(run(other)).rejects.toThrow(/seed 0; this one has 1/);
    const data = await inputOf(fake().target, {
      groups: [{ ...group, contexts: ["Other text."] }],
    });
    await expect(run(data)).rejects.toMatchObject({ code: "other-run" });
  });

  it("writes down what failed, goes on, and tries it again when resumed", async () => {
    let broken = true;
    const { target } = fake((prompt) => {
      if (broken && prompt.includes("b?")) throw new EvaluationError("target-failed", "HTTP 500.");
    });
    const { results } = await run(await inputOf(target));
    expect(results.filter(({ failed }) => failed !== undefined)).toHaveLength(3);
    broken = false;
    const again = await run(await inputOf(target));
    expect(again.results.filter(({ failed }) => failed === undefined)).toHaveLength(9);
  });

  it("stops when the target is gone, and keeps what was answered", async () => {
    let left = 2;
    const { target } = fake(() => {
      if (left-- <= 0) throw new EvaluationError("target-failed", "connect ECONNREFUSED.");
    });
    await expect(run(await inputOf(target))).rejects.toThrow(/5 questions in a row.*ECONNREFUSED/s);
    const again = fake();
    const { results } = await run(await inputOf(again.target));
    expect(again.asked).toHaveLength(7);
    expect(results.filter(({ failed }) => failed === undefined)).toHaveLength(9);
  });

  it("never passes the spending cap and says that the run is partial", async () => {
    const { target, asked } = fake();
    const prices = { input: 1000, output: 1000 };
    const { header } = await run(await inputOf(target, { prices, cap: 1 }));
    expect(header.ended?.how).toBe("budget-reached");
    expect(header.ended?.spent).toBeLessThanOrEqual(1);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(9);
  });

  it("lets one process at a time into a folder", async () => {
    const { target } = fake();
    const both = await Promise.allSettled([run(await inputOf(target)), run(await inputOf(target))]);
    const refused = both.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(String(refused[0].reason)).toMatch(/is writing to/);
  });

  it("says why a condition has no prompt", async () => {
    const methods = METHODS.filter(({ name }) => name === "whole-first");
    const { prompts } = await run(
      await inputOf(fake().target, { methods, sizes: { tokens: [3, 900] } }),
    );
    expect(prompts.map(({ why }) => why)).toEqual([
      "Nothing of its kind fits this size.",
      "The prompt is no larger than this size.",
    ]);
  });
});
