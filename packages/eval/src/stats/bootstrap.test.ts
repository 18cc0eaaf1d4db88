import fc from "fast-check";
import { expect, test } from "vitest";
import { randomOf } from "../random.js";
import { bootstrapMean, bootstrapRatio } from "./bootstrap.js";

const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

test("no values have no mean", () => {
  expect(bootstrapMean([])).toBeUndefined();
});

test("the interval holds the mean, with clusters and without", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 9 }), (list, groups) => {
      const clusters = list.map((_, index) => `g${index % groups}`);
      for (const options of [{}, { groups: clusters }]) {
        const found = bootstrapMean(list, { ...options, resamples: 200 });
        expect(found?.low).toBeLessThanOrEqual(found?.mean ?? Number.NaN);
        expect(found?.high).toBeGreaterThanOrEqual(found?.mean ?? Number.NaN);
      }
    }),
    { numRuns: 50 },
  );
});

test("negated values have the negated interval", () => {
  fc.assert(
    fc.property(values, (list) => {
      const found = bootstrapMean(list, { resamples: 200 });
      const negated = bootstrapMean(
        list.map((value) => -value),
        { resamples: 200 },
      );
      expect(negated?.low).toBeCloseTo(-(found?.high ?? Number.NaN), 9);
      expect(negated?.mean).toBeCloseTo(-(found?.mean ?? Number.NaN), 9);
    }),
    { numRuns: 50 },
  );
});

test("the same seed gives the same interval and another one nearly the same", () => {
  const list = draws(200, 3);
  expect(bootstrapMean(list)).toEqual(bootstrapMean(list));
  const [one, other] = [bootstrapMean(list), bootstrapMean(list, { seed: 1 })];
  expect(one?.low).not.toBe(other?.low);
  expect(one?.low).toBeCloseTo(other?.low ?? Number.NaN, 1);
});

test("one value, and values that are alike, have an interval of no width", () => {
  expect(bootstrapMean([0.1])).toEqual({ mean: 0.1, low: 0.1, high: 0.1, count: 1, clusters: 1 });
  const alike = bootstrapMean([0.1, 0.1, 0.1]);
  expect((alike?.high ?? 1) - (alike?.low ?? 0)).toBeLessThan(1e-12);
});

test("a wider level gives a wider interval", () => {
  const list = draws(100, 5);
  const [narrow, wide] = [
    bootstrapMean(list, { level: 0.8 }),
    bootstrapMean(list, { level: 0.99 }),
  ];
  expect(wide?.low).toBeLessThan(narrow?.low ?? Number.NaN);
  expect(wide?.high).toBeGreaterThan(narrow?.high ?? Number.NaN);
});

test("values that repeat within clusters do not narrow the interval", () => {
  const once = draws(60, 11);
  const five = once.flatMap((value) => new Array<number>(5).fill(value));
  const groups = five.map((_, index) => `g${Math.floor(index / 5)}`);
  const clustered = bootstrapMean(five, { groups });
  const single = bootstrapMean(once);
  expect(clustered?.clusters).toBe(60);
  expect(clustered?.count).toBe(300);
  expect(clustered?.low).toBeCloseTo(single?.low ?? Number.NaN, 12);
  expect(clustered?.high).toBeCloseTo(single?.high ?? Number.NaN, 12);
});

test("about 95 of 100 intervals hold the mean that the values were drawn with", () => {
  const random = randomOf("coverage");
  const cases = 400;
  let held = 0;
  for (let index = 0; index < cases; index++) {
    const groups: string[] = [];
    const list: number[] = [];
    for (let group = 0; group < 30; group++) {
      const shared = random();
      for (let item = 0; item < 4; item++) {
        groups.push(`g${group}`);
        list.push(random() < shared ? 1 : 0);
      }
    }
    const found = bootstrapMean(list, { groups, seed: index, resamples: 400 });
    if (found !== undefined && found.low <= 0.5 && found.high >= 0.5) held += 1;
  }
  expect(held / cases).toBeGreaterThan(0.9);
  expect(held / cases).toBeLessThan(0.98);
});

test("1,319 values are drawn 2,000 times in less than a second", () => {
  const list = draws(1319, 1);
  const start = performance.now();
  bootstrapMean(list);
  expect(performance.now() - start).toBeLessThan(1000);
});

function draws(count: number, seed: number): number[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => random());
}

test("no sums have no ratio", () => {
  expect(bootstrapRatio([], [])).toBeUndefined();
});

test("a ratio over equal denominators is the mean, interval and all", () => {
  fc.assert(
    fc.property(values, (list) => {
      const ratio = bootstrapRatio(
        list.map((value) => 3 * value),
        list.map(() => 3),
        { resamples: 200 },
      );
      const found = bootstrapMean(list, { resamples: 200 });
      expect(ratio?.mean).toBeCloseTo(found?.mean ?? Number.NaN, 9);
      expect(ratio?.low).toBeCloseTo(found?.low ?? Number.NaN, 9);
      expect(ratio?.high).toBeCloseTo(found?.high ?? Number.NaN, 9);
    }),
    { numRuns: 50 },
  );
});

test("a constant ratio is certain, however long the texts are", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (sizes) => {
      const found = bootstrapRatio(
        sizes.map((size) => 2 * size),
        sizes,
        { resamples: 100 },
      );
      expect(found).toMatchObject({ mean: 2, low: 2, high: 2, count: sizes.length });
    }),
    { numRuns: 50 },
  );
});

test("a ratio needs a denominator above 0 for each numerator", () => {
  expect(() => bootstrapRatio([1, 2], [1])).toThrow(/2 numerators and 1 denominators/);
  expect(() => bootstrapRatio([], [1])).toThrow(/0 numerators/);
  for (const wrong of [0, -1, Number.NaN]) {
    expect(() => bootstrapRatio([1, 2], [1, wrong])).toThrow(/Denominator 1 .* above 0/);
  }
});
