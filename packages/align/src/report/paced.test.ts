import { expect, it } from "vitest";
import { pacedSampler } from "./paced.js";
import type { Sampler } from "./sample.js";

const sampler: Sampler = {
  ...{ name: "big", where: "here" },
  sample: async () => ({ text: "Yes", nats: -1, tokens: 1, finished: true }),
};
const asked = { maxNewTokens: 1, seed: 0 };

it("spreads the requests of a minute evenly", async () => {
  const paced = pacedSampler(sampler, 1200);
  const start = performance.now();
  await Promise.all([1, 2, 3, 4].map(() => paced.sample([], asked)));
  expect(performance.now() - start).toBeGreaterThan(145);
});

it("ends its waiting at once where the signal fires", async () => {
  const paced = pacedSampler(sampler, 1);
  await paced.sample([], asked);
  const waiting = paced.sample([], { ...asked, signal: AbortSignal.timeout(30) });
  await expect(waiting).rejects.toMatchObject({ code: "aborted" });
});

it("refuses a limit that lets nothing through", () => {
  expect(() => pacedSampler(sampler, 0)).toThrow(/requestsPerMinute is 0/);
  expect(pacedSampler(sampler)).toBe(sampler);
});
