import { METHODS, type Target } from "@llmlingua/eval";
import { expect, it } from "vitest";
import { costOfPlan, planEvaluation, planSamples } from "./plan.js";
import { pairOf } from "./scorers-suite.js";

const count = (text: string) => text.length;
const group = {
  ...{ id: "g", instruction: "12", contexts: ["1234", "12345"], joint: "-", asks: false },
  items: ["a", "b"].map((id) => ({ id, suffix: "123", gold: "1", answers: [] })),
};
const methods = METHODS.filter(({ name }) => name === "default" || name === "full");
const target: Target = {
  ...{ name: "big", where: "here", close: async () => undefined },
  generate: async () => expect.unreachable(),
};
const evaluation = { task: { maxNewTokens: 7 }, groups: [group], methods, ratios: [5], count };

it("asks every item under every prompt of both scorers", () => {
  // Prompts of 2 + 10 / 5 and 12 tokens, each with 3 behind it: 22; 2 items, 2 scorers.
  const answers = { requests: 8, promptTokens: 88, completionTokens: 56 };
  expect(planEvaluation({ ...evaluation, target })).toEqual(answers);
  const likelihood = async () => expect.unreachable();
  // The likelihood of the expected token reads it too, and has one answered.
  expect(planEvaluation({ ...evaluation, target: { ...target, likelihood } })).toEqual({
    ...{ requests: 16, promptTokens: 88 + 96, completionTokens: 56 + 8 },
  });
  expect(planEvaluation(evaluation)).toBeUndefined();
});

it("draws to prompts in turn, and costs what is taken from the purse for all of it", () => {
  const pairs = [pairOf("a", "1234"), pairOf("b", "12")];
  const divergence = planSamples(pairs, { samples: 3, maxNewTokens: 5, count });
  expect(divergence).toEqual({ requests: 3, promptTokens: 10 + 3 * 8, completionTokens: 15 });
  const prices = { input: 1e6, output: 2e6 };
  expect(costOfPlan({ divergence }, prices)).toBe(1.5 * 34 + 30);
  expect(costOfPlan({ divergence, compression: divergence }, prices)).toBe(2 * (1.5 * 34 + 30));
  expect(costOfPlan({}, prices)).toBe(0);
});
