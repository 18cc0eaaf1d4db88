import { describe, expect, it } from "vitest";
import { applyContextBudget, type ContextFilterInput, filterContexts } from "./context-filter.js";

const input = (options: Partial<ContextFilterInput> = {}): ContextFilterInput => ({
  ranked: [3, 1, 0, 2, 5, 4],
  lengths: [10, 10, 10, 10, 10, 10],
  targetToken: 1000,
  contextBudget: "+0",
  forceContextIds: [],
  reorderContext: "sort",
  dynamicRatio: 0.4,
  ...options,
});
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(3)));

describe("filterContexts", () => {
  it("gives the best context the most in rank order", () => {
    const { indexes, dynamicRatio } = filterContexts(input());
    expect(indexes).toEqual([3, 1, 0, 2, 5, 4]);
    expect(rounded(dynamicRatio)).toEqual([0.4, 0.24, 0.08, -0.08, -0.24, -0.4]);
  });

  it("puts the best at both ends in two stages, each with its own rate", () => {
    const { indexes, dynamicRatio } = filterContexts(input({ reorderContext: "two_stage" }));
    expect(indexes).toEqual([3, 0, 5, 4, 2, 1]);
    expect(rounded(dynamicRatio)).toEqual([0.4, 0.08, -0.24, -0.4, -0.08, 0.24]);
  });

  it("keeps the context that exceeds the budget", () => {
    expect(filterContexts(input({ targetToken: 15 })).indexes).toEqual([3, 1]);
    expect(filterContexts(input({ targetToken: 20 })).indexes).toEqual([3, 1, 0]);
  });

  it("takes 100 for a negative target", () => {
    const lengths = [40, 40, 40, 40, 40, 40];
    expect(filterContexts(input({ targetToken: -7, lengths })).indexes).toEqual([3, 1, 0]);
  });

  it("counts forced contexts only when reached, and leaves the caller's list alone", () => {
    const forceContextIds = [4];
    const { indexes } = filterContexts(
      input({ targetToken: 15, forceContextIds, reorderContext: "original" }),
    );
    expect(indexes).toEqual([1, 3, 4]);
    expect(forceContextIds).toEqual([4]);
  });

  it("keeps one context for forceContextNumber 0 and ignores any other number", () => {
    expect(filterContexts(input({ forceContextNumber: 0 })).indexes).toEqual([3]);
    expect(filterContexts(input({ forceContextNumber: 2 })).indexes).toHaveLength(6);
  });

  it("gives a lone context no bonus", () => {
    expect(filterContexts(input({ targetToken: 0 })).dynamicRatio).toEqual([0]);
  });

  it.each([6, -1, 0.5])("refuses to force context %s of six", (index) => {
    expect(() => filterContexts(input({ forceContextIds: [index] }))).toThrow(`context ${index};`);
  });
});

describe("applyContextBudget", () => {
  it.each([
    ["+100", 300],
    ["*1.5", 300],
    ["- 50", 150],
    [" / 4 ", 50],
    ["+.5", 200.5],
    ["", 200],
  ])("reads %j", (expression, budget) => {
    expect(applyContextBudget(200, expression)).toBe(budget);
  });

  it.each(["100", "+", "**2", "+1+1", "/0", "+1e9", "+0x10", "; import os", "+ten", "*-1"])(
    "refuses %j with an example",
    (expression) => {
      expect(() => applyContextBudget(200, expression)).toThrow(/is not a budget: .*"\+100"/);
    },
  );
});
