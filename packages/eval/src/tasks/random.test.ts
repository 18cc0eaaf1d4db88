import { expect, it } from "vitest";
import { mulberry32, randomOf } from "./random.js";

it("draws the same numbers from the same text, others from another", () => {
  const [one, same, other] = [randomOf("0 7.1"), randomOf("0 7.1"), randomOf("0 7.2")];
  const first = one();
  expect(same()).toBe(first);
  expect(other()).not.toBe(first);
});

it("keeps to [0, 1) for any state", () => {
  for (const state of [0, -1, 2 ** 31, 0xffffffff]) {
    const random = mulberry32(state);
    for (let i = 0; i < 100; i++) {
      const drawn = random();
      expect(drawn >= 0 && drawn < 1).toBe(true);
    }
  }
});
