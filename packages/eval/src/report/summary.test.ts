/** @module */
import { describe, expect, it } from "vitest";
import type { PromptRecord, ResultRecord, RunHeader } from "../run/types.js";
import { summarize } from "./summary.js";
import type { ReportInput } from "./types.js";

const header: RunHeader = {
  config: {
    task: "tiny",
    target: { name: "model", where: "in process" },
    methods: ["full", "mine"],
    sizes: { ratios: [4] },
    skip: 0,
    seed: 0,
    choices: {},
    tokenizer: "words",
    scorer: "hash",
    maxNewTokens: 8,
    timed: true,
  },
  versions: {},
  started: "2026-01-01T00:00:00Z",
  ended: { at: "2026-01-01T00:01:00Z", how: "complete" },
};
const METHODS = [
  { name: "full", title: "Full prompt", sized: false },
  { name: "mine", title: "Mine", sized: true, control: "mine-random" },
  { name: "mine-random", title: "Mine, random words", sized: true },
  { name: "mine-bare", title: "Mine, less", sized: true, ablates: "mine" },
  { name: "weak", title: "Weak", sized: true },
  { name: "strong", title: "Strong", sized: true },
];

function line(condition: string, id: string, score: number, rest: Partial<ResultRecord> = {}) {
  const [method, size] = condition.split("@");
  const tokens = size ? 25 : 100;
  const scores = { exact: score };
  const common = { condition, method, ...(size && { size }), group: "g", originalTokens: 100 };
  const question = id;
  return {
    ...common,
    id,
    question,
    tokens,
    compressMs: 10,
    scores,
    ...rest,
  } satisfies ResultRecord;
}

function input(results: readonly ResultRecord[], rest: Partial<ReportInput> = {}): ReportInput {
  const task = { name: "tiny", title: "Tiny", paper: "none", metrics: ["exact"] as const };
  return {
    header,
    prompts: [],
    results,
    task,
    methods: METHODS,
    baselines: ["weak", "strong"],
    ...rest,
  };
}

const usage = (promptTokens: number, completionTokens: number, cachedTokens = 0) => ({
  usage: { promptTokens, completionTokens, cachedTokens },
});

/** Of one item. */
function latency() {
  return {
    compressMs: 10,
    prompts: 1,
    savedMs: { n: 1, mean: 200 },
    netMs: { n: 1, mean: 190 },
  };
}

describe("a summary", () => {
  it("gives means, ratio and cost as computed by hand", () => {
    const results = [
      line("full", "a", 1, { ...usage(100, 10, 50), answerMs: 300, finished: true }),
      line("full", "b", 0, { ...usage(200, 30, 100), finished: false }),
      line("mine@4x", "a", 1, {
        ...usage(25, 10),
        answerMs: 100,
        nll: { perToken: 0.5, tokens: 3 },
      }),
      line("mine@4x", "b", 1, {
        ...usage(25, 10),
        answerMs: 200,
        nll: { perToken: 1.5, tokens: 3 },
      }),
    ];
    const prices = { input: 1, output: 10, cachedInput: 0.5 };
    const { conditions, economies } = summarize(input(results, { prices }));
    const [full, mine] = conditions;
    expect(full).toMatchObject({ condition: "full", items: 2, ratio: 1, finished: 0.5 });
    expect(full.scores.exact).toMatchObject({ n: 2, mean: 0.5, interval: [0, 1] });
    expect(full.answerMs).toEqual({ n: 1, mean: 300 });
    expect(full.billed?.cost).toBeCloseTo((75 + 0.5 * 75 + 200) / 1e6, 12);
    expect(mine).toMatchObject({
      tokens: 25,
      ratio: 4,
      compressMs: { n: 1, mean: 10 },
      nll: { mean: 1 },
    });
    expect(economies[0].latency).toEqual(latency());
    expect(economies[0].saving?.net).toBeCloseTo((312.5 - 125) / 1e6, 12);
  });

  it("takes savings and times over the items that the base and the condition both answered", () => {
    const long = { ...usage(10_000, 100), answerMs: 9000, group: "long", originalTokens: 9900 };
    const failed = { failed: "too long", scores: {} };
    const results = [
      line("full", "short", 1, { ...usage(100, 10), answerMs: 300 }),
      line("full", "long", 1, long),
      line("full", "lost", 0, failed),
      line("full", "later", 1, { ...usage(5000, 50), answerMs: 5000 }),
      line("mine@4x", "short", 1, { ...usage(25, 10), answerMs: 100 }),
      line("mine@4x", "long", 0, { ...long, ...failed, usage: undefined }),
      line("mine@4x", "lost", 1, { ...usage(7000, 70), answerMs: 7000, compressMs: 900 }),
    ];
    const { conditions, economies } = summarize(
      input(results, { prices: { input: 1, output: 10 }, assumptions: { hour: 3.6 } }),
    );
    expect(conditions[1]).toMatchObject({ items: 2, billed: { promptTokens: 3512.5 } });
    const [{ items, savedTokens, use, saving, latency: found }] = economies;
    expect([items, savedTokens]).toEqual([1, 75]);
    expect(use?.full).toEqual({ promptTokens: 100, cachedShare: 0, completionTokens: 10 });
    expect(use?.compressed).toMatchObject({ promptTokens: 25, completionTokens: 10 });
    expect(saving).toMatchObject({ output: 0, measuredGrowth: 0 });
    expect(saving?.net).toBeCloseTo(75 / 1e6 - 1e-5, 12);
    expect(found).toEqual(latency());
  });

  it("saves nothing that is known where no item was answered under both", () => {
    const results = [
      line("full", "a", 1, { ...usage(100, 10), answerMs: 300 }),
      line("mine@4x", "b", 1, { ...usage(25, 10), answerMs: 100 }),
    ];
    const prices = { input: 1, output: 10 };
    expect(summarize(input(results, { prices })).economies).toEqual([
      { condition: "mine@4x", items: 0 },
    ]);
  });

  it("has BLEU of all answers together where every reference is at hand", () => {
    const texts = { a: "one two three four five", b: "six seven eight nine ten" };
    const items = Object.entries(texts).map(([id, text]) => ({
      id,
      suffix: "",
      gold: "",
      answers: [text],
    }));
    const results = [
      line("full", "a", 0, { answer: texts.a, scores: { bleu: 1 } }),
      line("full", "b", 0, { answer: "six seven eight", scores: { bleu: 0.5 } }),
    ];
    const whole = summarize(input(results, { groups: [{ id: "g", items }] })).conditions[0];
    expect(whole.scores.bleu.mean).toBe(0.75);
    expect(whole.corpusBleu).toBeCloseTo(Math.exp(1 - 10 / 8), 12);
    const some = summarize(input(results, { groups: [{ id: "g", items: items.slice(1) }] }));
    expect(some.conditions[0]).not.toHaveProperty("corpusBleu");
    expect(summarize(input(results)).conditions[0]).not.toHaveProperty("corpusBleu");
  });

  it("weighs items alike in NLL, and tokens alike in that of the corpus", () => {
    const nll = (perToken: number, tokens: number) => ({ scores: {}, nll: { perToken, tokens } });
    const results = [line("full", "a", 0, nll(1, 9)), line("full", "b", 0, nll(3, 1))];
    const [full] = summarize(input(results)).conditions;
    expect([full.nll?.mean, full.corpusNll]).toEqual([2, 1.2]);
    expect(summarize(input([line("full", "a", 1)])).conditions[0]).not.toHaveProperty("corpusNll");
  });

  it("counts failed items in no mean and pairs only items that both have", () => {
    const results = [
      line("full", "a", 1),
      line("full", "b", 1),
      line("full", "c", 1),
      line("mine@4x", "a", 0),
      line("mine@4x", "b", 0, { failed: "timeout", scores: {} }),
    ];
    const { conditions, pairs, items } = summarize(input(results));
    expect(items).toBe(3);
    expect(conditions[1]).toMatchObject({ items: 1, failed: 1, missing: 1 });
    expect(conditions[1].scores.exact).toEqual({ n: 1, mean: 0 });
    expect(pairs).toEqual([
      {
        condition: "mine@4x",
        against: "full",
        role: "base",
        measure: "exact",
        difference: { n: 1, mean: -1 },
      },
    ]);
  });

  it("takes the answer of a resumed run instead of the failure before it", () => {
    const results = [line("full", "a", 0, { failed: "timeout", scores: {} }), line("full", "a", 1)];
    const [full] = summarize(input(results)).conditions;
    expect(full).toMatchObject({ items: 1, failed: 0, scores: { exact: { mean: 1 } } });
  });

  it("compares with the base, the control, what it ablates and the best baseline of the same size", () => {
    const ids = ["a", "b", "c", "d"];
    const marks: Record<string, number[]> = {
      full: [1, 1, 1, 1],
      "mine@4x": [1, 1, 1, 0],
      "mine-random@4x": [0, 0, 1, 0],
      "mine-bare@4x": [1, 0, 0, 0],
      "weak@4x": [0, 0, 0, 0],
      "strong@4x": [1, 1, 0, 0],
      "strong@8x": [1, 1, 1, 1],
    };
    const results = Object.entries(marks).flatMap(([name, scores]) =>
      ids.map((id, i) => line(name, id, scores[i])),
    );
    const { pairs } = summarize(input(results));
    const mine = pairs.filter(({ condition }) => condition === "mine@4x");
    expect(mine.map(({ role, against, difference }) => [role, against, difference.mean])).toEqual([
      ["base", "full", -0.25],
      ["control", "mine-random@4x", 0.5],
      ["best-baseline", "strong@4x", 0.25],
    ]);
    const bare = pairs.filter(({ condition }) => condition === "mine-bare@4x");
    expect(bare.map(({ role, against, difference }) => [role, against, difference.mean])).toEqual([
      ["base", "full", -0.75],
      ["ablated", "mine@4x", -0.5],
      ["best-baseline", "strong@4x", -0.25],
    ]);
    for (const { difference } of pairs) {
      expect(difference.pHolm).toBeGreaterThanOrEqual(difference.p ?? 1);
    }
    expect(pairs.some(({ condition, role }) => condition === "weak@4x" && role !== "base")).toBe(
      false,
    );
  });

  it("takes the baseline of the lowest NLL as the best one", () => {
    const nll = (perToken: number) => ({ scores: {}, nll: { perToken, tokens: 1 } });
    const results = ["a", "b"].flatMap((id) => [
      line("mine@4x", id, 0, nll(1)),
      line("weak@4x", id, 0, nll(3)),
      line("strong@4x", id, 0, nll(2)),
    ]);
    const { pairs, metrics, base } = summarize(input(results));
    expect([metrics, base]).toEqual([[], undefined]);
    expect(pairs).toMatchObject([
      { against: "strong@4x", measure: "nll", difference: { mean: -1 } },
    ]);
  });

  it("says why there is no prompt, and when the run was cut short", () => {
    const prompts: PromptRecord[] = [
      {
        condition: "mine@4x",
        method: "mine",
        size: "4x",
        group: "g",
        source: "0",
        why: "nothing fits",
        tokens: 0,
        originalTokens: 100,
      },
    ];
    const ended = { at: "2026-01-01T00:01:00Z", how: "budget-reached" as const };
    const found = summarize(
      input([line("full", "a", 1)], { prompts, header: { ...header, ended } }),
    );
    expect(found.conditions[1]).toMatchObject({ items: 0, missing: 1, unfit: ["nothing fits"] });
    expect(found.partial).toBe("the spending cap was reached");
  });

  it("widens intervals where groups are resampled", () => {
    const results = Array.from({ length: 40 }, (_, i) =>
      line("full", `${i}`, i % 8 < 4 ? 1 : 0, { group: `g${i % 8}` }),
    );
    const width = (unit: "item" | "group") => {
      const [low, high] = summarize(input(results, { unit })).conditions[0].scores.exact
        .interval ?? [0, 0];
      return high - low;
    };
    expect(width("group")).toBeGreaterThan(width("item") * 1.5);
  });

  it("reckons cost, cached tokens and savings by the shares that are assumed", () => {
    const results = ["a", "b"].flatMap((id) => [
      line("full", id, 1, usage(1000, 10, 100)),
      line("zero", id, 1, usage(100, 10, 30)),
      line("mine@4x", id, 1, usage(200, 10, 200)),
    ]);
    const prices = { input: 1, output: 10, cachedInput: 0.5 };
    const assumptions = { cachedShare: 0.8, compressedCachedShare: 0 };
    const { conditions, economies, money } = summarize(input(results, { prices, assumptions }));
    expect(conditions.map(({ billed }) => billed?.cachedTokens)).toEqual([800, 30, 0]);
    const [full, , mine] = conditions.map(({ billed }) => billed?.cost ?? 0);
    expect(full).toBeCloseTo((200 + 0.5 * 800 + 100) / 1e6, 12);
    expect(economies[0].saving?.net).toBeCloseTo(full - mine, 12);
    expect(money).toEqual({ prices, assumptions });
  });

  it("charges every item the compression of its prompt in full, and counts the prompts", () => {
    const prompts = { a: "long", b: "long", c: "long", d: "short" };
    const results = Object.entries(prompts).flatMap(([id, group]) => [
      line("full", id, 1, { group, ...usage(100, 10), answerMs: 300 }),
      line("mine@4x", id, 1, {
        group,
        ...usage(25, 10),
        answerMs: 100,
        compressMs: group === "long" ? 40 : 80,
      }),
    ]);
    const prices = { input: 1, output: 10 };
    const { conditions, economies } = summarize(
      input(results, { prices, assumptions: { hour: 3.6 } }),
    );
    expect(conditions[1].compressMs).toEqual({ n: 2, mean: 60 });
    expect(economies[0].latency).toMatchObject({ compressMs: 50, prompts: 2 });
    expect(economies[0].latency?.netMs).toEqual({ n: 4, mean: 150 });
    expect(economies[0].saving?.time).toBeCloseTo(-50e-6, 12);
  });

  it("gives an interval of the time saved from five items on", () => {
    const results = Array.from({ length: 5 }, (_, i) => [
      line("full", `${i}`, 1, { answerMs: 300 + i }),
      line("mine@4x", `${i}`, 1, { answerMs: 100 }),
    ]).flat();
    const [low, high] = summarize(input(results)).economies[0].latency?.netMs.interval ?? [0, 0];
    expect(low).toBeGreaterThanOrEqual(190);
    expect(high).toBeGreaterThan(low);
    expect(summarize(input(results.slice(2))).economies[0].latency?.netMs).not.toHaveProperty(
      "interval",
    );
  });

  it("compares none that kept more than its size with the best baseline, nor takes such a baseline", () => {
    const kept: Record<string, number> = { "mine@4x": 25, "mine-bare@4x": 40, "strong@4x": 30 };
    const names = ["mine@4x", "mine-bare@4x", "weak@4x", "strong@4x"];
    const results = names.flatMap((name) =>
      ["a", "b"].map((id) =>
        line(name, id, name === "strong@4x" ? 1 : 0, { tokens: kept[name] ?? 20 }),
      ),
    );
    const prompts = names.map((condition) => ({
      condition,
      method: condition.split("@")[0],
      size: "4x",
      group: "g",
      source: "0",
      prompt: "",
      tokens: 0,
      originalTokens: 100,
      sizeTokens: 25,
    }));
    const best = (given: readonly PromptRecord[]) =>
      summarize(input(results, { prompts: given }))
        .pairs.filter(({ role }) => role === "best-baseline")
        .map(({ condition, against }) => [condition, against]);
    expect(best(prompts)).toEqual([["mine@4x", "weak@4x"]]);
    expect(best([])).toEqual([
      ["mine@4x", "strong@4x"],
      ["mine-bare@4x", "strong@4x"],
    ]);
  });
});
