import { expect, test } from "vitest";
import { limitedTarget } from "./limited.js";
import type { Target } from "./types.js";

const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0 };

/** A target that takes 20 ms, and how many calls it had at most at once. */
function slow() {
  let running = 0;
  const seen = { most: 0, calls: 0 };
  const target: Target = {
    name: "m",
    where: "here",
    async generate(text) {
      seen.most = Math.max(seen.most, ++running);
      seen.calls++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return { text, finished: true, usage };
    },
    close: async () => {},
  };
  return { target, seen };
}

const asked = { maxNewTokens: 1, stop: [] };

test("no more requests run at once than are allowed", async () => {
  const { target, seen } = slow();
  const limited = limitedTarget(target, { concurrency: 3 });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => limited.generate?.(`${i}`, asked)),
  );
  expect(answers.map((answer) => answer?.text)).toEqual([..."0123456789"]);
  expect(seen).toEqual({ most: 3, calls: 10 });
  expect(limited.likelihood).toBeUndefined();
});

test("requests of a minute are spread evenly", async () => {
  const { target } = slow();
  const limited = limitedTarget(target, { concurrency: 9, requestsPerMinute: 1200 });
  const start = performance.now();
  await Promise.all([1, 2, 3, 4].map(() => limited.generate?.("a", asked)));
  expect(performance.now() - start).toBeGreaterThan(150);
});

test("a fired signal ends the waiting at once", async () => {
  const { target, seen } = slow();
  const limited = limitedTarget(target, { concurrency: 1, requestsPerMinute: 1 });
  await limited.generate?.("a", asked);
  const signal = AbortSignal.timeout(40);
  const waiting = [1, 2].map(() => limited.generate?.("a", { ...asked, signal }));
  for (const each of waiting) await expect(each).rejects.toMatchObject({ code: "aborted" });
  expect(seen.calls).toBe(1);
});

test("limits that let nothing through are refused", () => {
  const { target } = slow();
  expect(() => limitedTarget(target, { concurrency: 0 })).toThrow("concurrency is 0");
  const limits = { concurrency: 1, requestsPerMinute: 0 };
  expect(() => limitedTarget(target, limits)).toThrow("requestsPerMinute is 0");
});
