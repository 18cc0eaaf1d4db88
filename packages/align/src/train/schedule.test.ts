import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluationSteps, learningRateAt } from "./schedule.js";

describe("the learning rate", () => {
  const options = { steps: 100, warmup: 0.06, highest: 1 };

  test("rises in a line over the first steps and falls to a tenth at the last", () => {
    expect([1, 3, 6].map((step) => learningRateAt(step, options))).toEqual([1 / 6, 0.5, 1]);
    expect(learningRateAt(53, options)).toBeCloseTo(0.55);
    expect(learningRateAt(100, options)).toBeCloseTo(0.1);
  });

  test("is above nothing and at most the highest in every step", () => {
    const any = fc.record({
      steps: fc.integer({ min: 1, max: 300 }),
      warmup: fc.double({ min: 0, max: 1, noNaN: true }),
      highest: fc.constant(5e-4),
    });
    fc.assert(
      fc.property(any, (given) => {
        for (let step = 1; step <= given.steps; step++) {
          const rate = learningRateAt(step, given);
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(given.highest * (1 + 1e-12));
        }
      }),
    );
  });
});

test("the held-out loss is measured before, evenly, and after the last step", () => {
  expect([...evaluationSteps(100, 5)]).toEqual([0, 20, 40, 60, 80, 100]);
  expect([...evaluationSteps(3, 5)]).toEqual([0, 1, 2, 3]);
  expect([...evaluationSteps(1, 1)]).toEqual([0, 1]);
});
