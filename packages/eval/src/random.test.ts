import { expect, test } from "vitest";
import { mulberry32, randomOf } from "./random.js";

test("a seed gives the same numbers for ever, for draws are part of published figures", () => {
  const random = randomOf("0 arxiv-1");
  expect([random(), random(), random()]).toEqual([
    0.46413172991015017, 0.14381793956272304, 0.0633639907464385,
  ]);
});

test("numbers lie in [0, 1) and spread evenly", () => {
  const random = randomOf(7);
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) counts[Math.floor(random() * 10)] += 1;
  expect(counts.length).toBe(10);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("another seed gives other numbers", () => {
  expect(randomOf("a")()).not.toBe(randomOf("b")());
  expect(randomOf(1)()).toBe(randomOf("1")());
});

test("keeps to [0, 1) for any state", () => {
  for (const state of [0, -1, 2 ** 31, 0xffffffff]) {
    const random = mulberry32(state);
    for (let i = 0; i < 100; i++) {
      const drawn = random();
      expect(drawn >= 0 && drawn < 1).toBe(true);
    }
  }
});
