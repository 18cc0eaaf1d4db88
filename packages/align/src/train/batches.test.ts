import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planBatches, tokenWeight } from "./batches.js";

const lengths = fc.array(fc.integer({ min: 2, max: 300 }), { minLength: 1, maxLength: 300 });
const options = fc.record({
  epochs: fc.integer({ min: 1, max: 3 }),
  batchTokens: fc.integer({ min: 1, max: 1000 }),
  seed: fc.nat(),
});

describe("batches", () => {
  test("have every pair exactly once in each epoch", () => {
    fc.assert(
      fc.property(lengths, options, (lengths, options) => {
        const order = planBatches(lengths, options).flat();
        for (let epoch = 0; epoch < options.epochs; epoch++) {
          const read = order.slice(epoch * lengths.length, (epoch + 1) * lengths.length);
          expect(read.sort((i, j) => i - j)).toEqual([...lengths.keys()]);
        }
      }),
    );
  });

  test("are within the tokens asked for, padding included, unless one pair alone is longer", () => {
    fc.assert(
      fc.property(lengths, options, (lengths, options) => {
        for (const batch of planBatches(lengths, options)) {
          const longest = Math.max(...batch.map((index) => lengths[index]));
          const fits = batch.length * longest <= options.batchTokens;
          expect(fits || batch.length === 1).toBe(true);
        }
      }),
    );
  });

  test("come out the same for a seed, and otherwise for another", () => {
    const many = Array.from({ length: 200 }, (_, i) => 10 + ((i * 37) % 200));
    const plan = (seed: number) => planBatches(many, { epochs: 2, batchTokens: 500, seed });
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
    expect(plan(1).slice(0, plan(1).length / 2)).not.toEqual(plan(1).slice(plan(1).length / 2));
  });

  test("are little padding", () => {
    const many = Array.from({ length: 1000 }, (_, i) => 50 + ((i * 7919) % 500));
    const batches = planBatches(many, { epochs: 1, batchTokens: 1024, seed: 0 });
    const padded = batches.map((batch) => batch.length * Math.max(...batch.map((i) => many[i])));
    const tokens = many.reduce((sum, length) => sum + length, 0);
    expect(tokens / padded.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(0.95);
  });
});

test("a token's weight makes the steps of an epoch add up to their number", () => {
  fc.assert(
    fc.property(lengths, options, (lengths, options) => {
      const plan = planBatches(lengths, options);
      const answers = lengths.map((length) => 1 + (length >> 1));
      const weight = tokenWeight(plan, answers);
      const summed = plan.flat().reduce((sum, index) => sum + weight * answers[index], 0);
      expect(summed).toBeCloseTo(plan.length, 6);
    }),
  );
});
