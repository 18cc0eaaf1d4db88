import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHashScorer, loadTokenCounter } from "llmlingua";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EvaluationError } from "../errors.js";
import { METHODS, optionsMethods } from "../methods/index.js";
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

async function countOf(name: string): Promise<number> {
  return (await readFile(join(folder, name), "utf8")).trim().split("\n").length;
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
    const target = { name: "fake", where: "here", api: "chat" };
    const chat = await inputOf(fake().target, { config: { ...CONFIG, target } });
    await expect(run(chat)).rejects.toMatchObject({ code: "other-run" });
  });

  it("reports the items, methods and sizes of this call alone", async () => {
    await run(await inputOf(fake().target));
    const later = { ...group, items: group.items.slice(2) };
    const methods = METHODS.filter(({ name }) => name === "truncate");
    const { target, asked } = fake();
    const { prompts, results } = await run(await inputOf(target, { groups: [later], methods }));
    expect(asked).toHaveLength(0);
    expect(prompts.map(({ condition }) => condition)).toEqual(["truncate@8"]);
    expect(results.map(({ condition, id }) => `${condition} ${id}`)).toEqual(["truncate@8 c"]);
  });

  it("asks again where what is expected has changed, and counts the new answer alone", async () => {
    const wrong = { ...group, items: group.items.map((item) => ({ ...item, answers: ["z"] })) };
    const first = await run(await inputOf(fake().target, { groups: [wrong] }));
    expect(first.results.every(({ scores }) => scores.exact === 0)).toBe(true);
    const { target, asked } = fake();
    const { results } = await run(await inputOf(target));
    expect(asked).toHaveLength(9);
    expect(results).toHaveLength(9);
    expect(results.every(({ scores }) => scores.exact === 1)).toBe(true);
  });

  it("compresses and asks again where texts or a method's options have changed", async () => {
    const own = (passages: boolean) => optionsMethods("own", "own", { passages }).slice(0, 1);
    await run(await inputOf(fake().target, { methods: own(false) }));
    const options = await run(await inputOf(fake().target, { methods: own(true) }));
    expect(options.prompts).toHaveLength(1);
    expect(await countOf("prompts.jsonl")).toBe(2);
    const texts = { ...group, contexts: ["Other text, of more than eight tokens.", "And more."] };
    const changed = { methods: own(true), groups: [texts] };
    const { prompts, results } = await run(await inputOf(fake().target, changed));
    expect(prompts[0].prompt).not.toBe(options.prompts[0].prompt);
    expect(results).toHaveLength(3);
  });

  it("asks for likelihoods that an earlier call did not want", async () => {
    const without = await run(await inputOf(fake().target, { likelihoods: false }));
    expect(without.results.some(({ nll }) => nll !== undefined)).toBe(false);
    const { results } = await run(await inputOf(fake().target));
    expect(results).toHaveLength(9);
    expect(results.every(({ nll }) => nll !== undefined)).toBe(true);
  });

  it("keeps an answer whose likelihood failed, and says why", async () => {
    const { target } = fake();
    const unsure: Target = {
      ...target,
      likelihood: () => Promise.reject(new EvaluationError("target-unfit", "HTTP 400: too long.")),
    };
    const { results } = await run(await inputOf(unsure));
    expect(results).toHaveLength(9);
    for (const { scores, nllFailed } of results) {
      expect(scores.exact).toBe(1);
      expect(nllFailed).toContain("too long");
    }
  });

  it("does not take questions that the target refuses for a target that is gone", async () => {
    const { target, asked } = fake((prompt) => {
      if (prompt.length > 80) throw new EvaluationError("target-unfit", "HTTP 400: too long.");
    });
    const ids = ["a", "b", "c", "d", "e", "f", "g"];
    const suffix = (id: string) => `\n\nQuestion: ${id}?\n`;
    const items = ids.map((id) => ({ ...group.items[0], id, suffix: suffix(id) }));
    const { results } = await run(await inputOf(target, { groups: [{ ...group, items }] }));
    expect(asked).toHaveLength(14);
    expect(results.filter(({ failed }) => failed !== undefined)).toHaveLength(7);
  });

  it("refuses two items of one id", async () => {
    const twice = { ...group, items: [group.items[0], group.items[0]] };
    await expect(run(await inputOf(fake().target, { groups: [twice] }))).rejects.toThrow(/id/);
    const groups = [group, group];
    await expect(run(await inputOf(fake().target, { groups }))).rejects.toThrow(/id/);
  });

  it("stops asking when an answer cannot be scored, and tells what there is", async () => {
    const { target, asked } = fake();
    const told: number[] = [];
    const broken = await inputOf(target, {
      score: () => Promise.reject(new EvaluationError("data-layout", "No number.")),
      onBroken: ({ results }) => told.push(results.length),
      concurrency: 2,
    });
    await expect(run(broken)).rejects.toThrow("No number.");
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(told).toEqual([0]);
  });

  it("takes over the lock of a process that is gone", async () => {
    await writeFile(join(folder, "run.lock"), "999999999");
    expect((await run(await inputOf(fake().target))).results).toHaveLength(9);
  });

  it("counts the spending of earlier calls against the cap", async () => {
    const prices = { input: 1000, output: 1000 };
    const first = await run(await inputOf(fake().target, { prices, cap: 1 }));
    const again = fake();
    const second = await run(await inputOf(again.target, { prices, cap: 1 }));
    expect(again.asked).toHaveLength(0);
    const { spent } = first.header.ended ?? {};
    expect(spent).toBeGreaterThan(0);
    expect(second.header.ended).toMatchObject({ how: "budget-reached", spent });
  });

  it("needs no target to compress, and goes on with one", async () => {
    const none = { ...CONFIG, target: { name: "", where: "" } };
    const before = await run(await inputOf(fake().target, { config: none, compressOnly: true }));
    expect(before.prompts).toHaveLength(3);
    expect(before.results).toHaveLength(0);
    expect((await run(await inputOf(fake().target))).results).toHaveLength(9);
    expect(await countOf("prompts.jsonl")).toBe(3);
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
