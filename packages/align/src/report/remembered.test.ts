import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { rememberingSampler } from "./remembered.js";
import type { Sampler } from "./sample.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-samples-"));
});
afterEach(() => rm(folder, { recursive: true }));

function counted(answer: Awaited<ReturnType<Sampler["sample"]>>) {
  let asked = 0;
  const sampler: Sampler = {
    ...{ name: "big", where: "here" },
    sample: async () => {
      asked += 1;
      return answer;
    },
  };
  return { sampler, asked: () => asked };
}

const messages = [{ role: "user", content: "Hi" }] as const;
const text = { text: "Yes", nats: -1, tokens: 1, finished: true };

it("draws a sample once for each prompt, seed and length, also in the next process", async () => {
  const { sampler, asked } = counted(text);
  const first = await rememberingSampler(sampler, folder);
  expect(await first.sample(messages, { maxNewTokens: 8, seed: 0 })).toEqual(text);
  await first.sample(messages, { maxNewTokens: 8, seed: 1 });
  await first.sample(messages, { maxNewTokens: 9, seed: 0 });
  expect(asked()).toBe(3);
  await appendFile(join(folder, "samples.jsonl"), '{"key": "cut of');
  const again = await rememberingSampler(sampler, folder);
  expect(await again.sample(messages, { maxNewTokens: 8, seed: 0 })).toEqual(text);
  expect(asked()).toBe(3);
  await again.sample(messages, { maxNewTokens: 8, seed: 2 });
  const third = await rememberingSampler(sampler, folder);
  await third.sample(messages, { maxNewTokens: 8, seed: 2 });
  expect(asked()).toBe(4);
});

it.each([{ why: "empty" }, { why: "other-text" }, { ...text, end: -1 }] as const)(
  "keeps samples that are of no use too, and the end: %j",
  async (answer) => {
    const { sampler, asked } = counted(answer);
    for (const _ of [1, 2]) {
      const remembering = await rememberingSampler(sampler, folder);
      expect(await remembering.sample(messages, { maxNewTokens: 8, seed: 0 })).toEqual(answer);
    }
    expect(asked()).toBe(1);
  },
);

it("asks a target without log-probabilities again, and needs no folder", async () => {
  const without = counted({ why: "no-logprobs" });
  for (const _ of [1, 2]) {
    const remembering = await rememberingSampler(without.sampler, folder);
    await remembering.sample(messages, { maxNewTokens: 8, seed: 0 });
  }
  expect(without.asked()).toBe(2);
  const { sampler, asked } = counted({ why: "empty" });
  const first = await rememberingSampler(sampler, "/dev/null/none");
  await first.sample(messages, { maxNewTokens: 8, seed: 0 });
  await first.sample(messages, { maxNewTokens: 8, seed: 0 });
  expect(asked()).toBe(2);
});
