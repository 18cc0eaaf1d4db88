import { expect, test } from "vitest";
import { createHashScorer } from "./hash-scorer.js";
import { describeScorer } from "./scorer-suite.js";

describeScorer("the hash scorer", async () => createHashScorer());

test("finds a repeated sentence less surprising than the first time", async () => {
  const scorer = createHashScorer();
  const sentence = " the cat sat on the mat";
  const { ids } = scorer.tokenizer.encode(sentence + sentence);
  const logprobs = await scorer.score(ids);
  const half = ids.length / 2;
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(logprobs.subarray(half))).toBeGreaterThan(mean(logprobs.subarray(1, half)));
});

test("gives equal text equal scores in scorers made apart", async () => {
  const [one, two] = [createHashScorer(), createHashScorer()];
  two.tokenizer.encode("words seen before");
  const text = "Equal text, equal scores.";
  expect(await one.score(one.tokenizer.encode(text).ids)).toEqual(
    await two.score(two.tokenizer.encode(text).ids),
  );
});
