import { createHashScorer } from "@llmlingua/core";
import { expect, test } from "vitest";
import { embeddedTarget } from "./embedded.js";

const scorer = createHashScorer();

test("a log-likelihood is the sum over the continuation's tokens", async () => {
  const target = await embeddedTarget(scorer);
  const [prompt, continuation] = ["The sky is", " blue, 蓝色 😀."];
  const { nats, tokens, usage } = await target.likelihood(prompt, continuation);
  const { tokenizer, startToken } = scorer;
  const start = startToken === undefined ? [] : [startToken];
  const before = [...start, ...tokenizer.encode(prompt).ids];
  const ids = [...before, ...tokenizer.encode(continuation).ids];
  const logprobs = await scorer.score(Uint32Array.from(ids), { from: before.length });
  expect(nats).toBeCloseTo(
    logprobs.reduce((a, b) => a + b),
    5,
  );
  expect(tokens).toBe(logprobs.length);
  expect(usage.promptTokens).toBe(ids.length);
  expect(target).toMatchObject({ name: scorer.name, where: "in process" });
  expect(target.generate).toBeUndefined();
  expect(await target.likelihood("a", "")).toMatchObject({ nats: 0, tokens: 0 });
});

test("a text that the model cannot read whole is refused with the numbers", async () => {
  const target = await embeddedTarget({ ...scorer, maxTokens: 4 });
  await expect(target.likelihood("one two three", " four five six")).rejects.toMatchObject({
    code: "target-unfit",
    message: expect.stringMatching(/reads at most 4 tokens, but .* have \d+ \+ \d+/),
  });
});

test("a model without a start token needs a prompt", async () => {
  const target = await embeddedTarget({ ...scorer, startToken: undefined });
  await expect(target.likelihood("", "a")).rejects.toMatchObject({ code: "target-unfit" });
});

test("a signal and a failure keep their names", async () => {
  const target = await embeddedTarget(scorer);
  const aborted = target.likelihood("a", "b", AbortSignal.abort());
  await expect(aborted).rejects.toMatchObject({ code: "aborted" });
  const broken = await embeddedTarget({
    ...scorer,
    score: () => Promise.reject(new Error("no memory")),
  });
  await expect(broken.likelihood("a", "b")).rejects.toMatchObject({
    code: "target-failed",
    message: expect.stringContaining("no memory"),
  });
});

test("a scorer that was given stays open", async () => {
  let closed = false;
  const close = async () => {
    closed = true;
  };
  await (await embeddedTarget({ ...scorer, close })).close();
  expect(closed).toBe(false);
});
