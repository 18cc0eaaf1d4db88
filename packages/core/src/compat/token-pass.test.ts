import { describe, expect, it } from "vitest";
import { threshold } from "./judge.js";
import { planWindows } from "./plan.js";
import { type TokenPassInput, tokenPass } from "./token-pass.js";
import type { LossRequest } from "./types.js";

const ascending = async ({ cache, fresh }: LossRequest) =>
  Float32Array.from({ length: Math.max(0, fresh.length - 1) }, (_, i) => cache.length + i + 1);

const input = (
  length: number,
  rate: number,
  options: Partial<TokenPassInput> = {},
): TokenPassInput => ({
  ids: Uint32Array.from({ length }, (_, i) => 100 + i),
  plan: planWindows({
    contextTokens: [length],
    targetToken: rate * (length + 3),
    dynamicRatio: [0],
    iterativeSize: options.iterativeSize ?? 10,
  }),
  iterativeSize: 10,
  start: 0,
  conditionCompare: false,
  keepSplit: false,
  splitToken: 13,
  maxPositions: 4096,
  ...options,
});

describe("threshold", () => {
  const values = Float32Array.of(5, 1, 3, 3, 3, 2);

  it("lets one entry fewer pass than the rate asks for", () => {
    const limit = threshold(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 0.5);
    expect(limit).toBe(5);
  });

  it("drops every value that ties with it", () => {
    const limit = threshold(values, 0.5);
    expect(limit).toBe(3);
    expect([...values].filter((value) => value > limit)).toEqual([5]);
  });

  it("lets all pass at rate 1 and none at rate 0", () => {
    expect(threshold(values, 1)).toBe(-Infinity);
    expect(threshold(values, 0)).toBe(5);
  });

  it("does not count placeholders of 10000", () => {
    expect(threshold(Float32Array.of(10000, 1, 2, 10000), 1 - 1e-9)).toBe(2);
    expect(threshold(Float32Array.of(10000), 0.5)).toBe(-Infinity);
  });

  it("leaves its argument in order", () => {
    threshold(values, 0.5);
    expect([...values]).toEqual([5, 1, 3, 3, 3, 2]);
  });
});

describe("planWindows", () => {
  it("spans one token fewer in the first window", () => {
    const plan = planWindows({
      contextTokens: [23],
      targetToken: 13,
      dynamicRatio: [0],
      iterativeSize: 10,
    });
    expect(plan).toEqual([[[9, 0.5]], [[10, 0.5]], [[6, 0.5]]]);
  });

  it("keeps rates within 0 and 1", () => {
    const plan = planWindows({
      contextTokens: [3, 3],
      targetToken: 100,
      dynamicRatio: [1, -1000],
      iterativeSize: 100,
    });
    expect(plan).toEqual([
      [
        [5, 1],
        [5, 0],
      ],
    ]);
  });

  it("plans nothing for no context", () => {
    const plan = { contextTokens: [], targetToken: 5, dynamicRatio: [], iterativeSize: 10 };
    expect(planWindows(plan)).toEqual([]);
  });
});

describe("tokenPass", () => {
  it("keeps nothing of nothing and one token of one", async () => {
    expect(await tokenPass(input(0, 0.5), ascending)).toEqual({
      kept: new Uint32Array(0),
      indexes: new Uint32Array(0),
    });
    expect([...(await tokenPass(input(1, 0.5), ascending)).kept]).toEqual([100]);
  });

  it("keeps everything when the target is larger than the text", async () => {
    const { kept, indexes } = await tokenPass(input(57, 3), ascending);
    expect([...kept]).toEqual([...input(57, 3).ids]);
    expect([...indexes]).toEqual(Array.from({ length: 57 }, (_, i) => i));
  });

  it("keeps the tail after the last whole window at rate 0", async () => {
    const { indexes } = await tokenPass(input(36, 0), ascending);
    expect([...indexes]).toEqual([29, 30, 31, 32, 33, 34, 35]);
  });

  it("stops when the signal fires between two windows", async () => {
    const controller = new AbortController();
    let calls = 0;
    const losses = (request: LossRequest) => {
      calls += 1;
      if (calls === 2) controller.abort("enough");
      return ascending(request);
    };
    const run = tokenPass(input(100, 0.5, { signal: controller.signal }), losses);
    await expect(run).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    expect(calls).toBe(2);
  });

  it("says how to fit windows that exceed the model's positions", async () => {
    const run = tokenPass(input(80, 0.5, { maxPositions: 12, start: 5 }), ascending);
    await expect(run).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("Lower iterativeSize"),
    });
  });

  it("refuses a scorer that gives the wrong number of losses", async () => {
    const run = tokenPass(input(30, 0.5), async () => new Float32Array(3));
    await expect(run).rejects.toMatchObject({ code: "scorer-failed" });
  });

  it("keeps what the plan does not cover", async () => {
    const short = input(60, 0, { plan: [[[9, 0]]] });
    expect((await tokenPass(short, ascending)).indexes[0]).toBe(9);
  });
});
