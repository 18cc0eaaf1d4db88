import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomOf } from "../random.js";
import { pairedDifference, type ScoredItem } from "./paired.js";
import { signFlipP } from "./sign-flip.js";

const FEW = { resamples: 200, flips: 300 };

/** Scores in quarters; the group hangs on the id, as it does in a run. */
const items = fc
  .uniqueArray(fc.tuple(fc.constantFrom(..."abcdefghijklmnop"), fc.integer({ min: 0, max: 4 })), {
    selector: ([id]) => id,
    minLength: 1,
  })
  .map((list) =>
    list.map(([id, quarters]) => ({
      id,
      value: quarters / 4,
      group: id < "e" ? undefined : id < "i" ? "first" : "second",
    })),
  )
  .map((list): ScoredItem[] => [...list, { id: "z", value: 0.5 }]);

function scored(values: readonly number[]): ScoredItem[] {
  return values.map((value, index) => ({ id: `i${index}`, value }));
}

test("swapping the methods negates the difference and leaves p", () => {
  fc.assert(
    fc.property(items, items, (a, b) => {
      const there = pairedDifference(a, b, FEW);
      const back = pairedDifference(b, a, FEW);
      expect(back.p).toBe(there.p);
      expect(back.pairs).toBe(there.pairs);
      expect(back.unpaired).toEqual({ first: there.unpaired.second, second: there.unpaired.first });
      expect(back.difference?.mean).toBeCloseTo(-(there.difference?.mean ?? Number.NaN), 12);
    }),
    { numRuns: 60 },
  );
});

test("without groups swapping negates the interval too", () => {
  const random = randomOf(2);
  const a = scored(Array.from({ length: 50 }, () => random()));
  const b = scored(Array.from({ length: 50 }, () => random()));
  const there = pairedDifference(a, b).difference;
  const back = pairedDifference(b, a).difference;
  expect(back?.low).toBeCloseTo(-(there?.high ?? Number.NaN), 12);
  expect(back?.high).toBeCloseTo(-(there?.low ?? Number.NaN), 12);
});

test("a method does not differ from itself", () => {
  fc.assert(
    fc.property(items, (a) => {
      const { difference, p, pairs } = pairedDifference(a, [...a].reverse(), FEW);
      expect(p).toBe(1);
      expect(pairs).toBe(a.length);
      expect(difference).toMatchObject({ mean: 0, low: 0, high: 0 });
    }),
    { numRuns: 60 },
  );
});

test("items are matched by id and those without a partner are counted", () => {
  const a = [
    { id: "x", value: 1 },
    { id: "y", value: 0.5 },
  ];
  const b = [
    { id: "y", value: 0.25 },
    { id: "z", value: 1 },
    { id: "w", value: 1 },
  ];
  const found = pairedDifference(a, b);
  expect(found).toMatchObject({ pairs: 1, unpaired: { first: 1, second: 2 }, p: 1 });
  expect(found.difference?.mean).toBe(0.25);
});

test("no common items give no difference and p = 1", () => {
  const found = pairedDifference(scored([1]), []);
  expect(found.difference).toBeUndefined();
  expect(found.p).toBe(1);
});

test("a clear difference is found and chance is not", () => {
  const random = randomOf("noise");
  const noise = () => scored(Array.from({ length: 200 }, () => (random() < 0.5 ? 1 : 0)));
  const better = scored(Array.from({ length: 200 }, () => (random() < 0.8 ? 1 : 0)));
  expect(pairedDifference(better, noise()).p).toBeLessThan(0.001);
  expect(pairedDifference(noise(), noise()).p).toBeGreaterThan(0.05);
});

test("items that repeat within a group count once for p", () => {
  const one = scored([1, 1, 1, 1]).map((item) => ({ ...item, group: "g" }));
  const none = scored([0, 0, 0, 0]);
  expect(pairedDifference(one, none).p).toBe(1);
  expect(pairedDifference(scored([1, 1, 1, 1]), none).p).toBe(2 / 16);
});

describe("sign flips", () => {
  test("of few differences are counted exactly", () => {
    expect(signFlipP([1, 2, 3])).toBe(2 / 8);
    expect(signFlipP([1, 2, -3])).toBe(1);
    expect(signFlipP([0.1, 0.2, 0.3, -0.1])).toBe(6 / 16);
    expect(signFlipP([])).toBe(1);
  });

  test("that are drawn agree with those that are counted", () => {
    const list = [1, 2, 3, 4, 5, -1, -2, 6, 7, -3, 2, 1, 4, -5];
    const drawn = signFlipP([...list, 1e-12], { flips: 20_000 });
    expect(drawn).toBeCloseTo(signFlipP(list), 2);
  });

  test("go on where few of the first are as far out, and stay as they are elsewhere", () => {
    const apart = Array.from({ length: 40 }, (_, i) => 1 + (i % 3));
    expect(signFlipP(apart, { flips: 1000 })).toBe(1 / 1001);
    expect(signFlipP(apart, { flips: 1000, mostFlips: 50_000 })).toBe(1 / 50_001);
    const near = apart.map((value, i) => (i % 2 === 0 ? value : -value));
    expect(signFlipP(near, { flips: 1000, mostFlips: 50_000 })).toBe(
      signFlipP(near, { flips: 1000 }),
    );
  });

  test("that go on are as far out as they say, no more often", () => {
    const random = randomOf("stages");
    const small = { first: 0, whole: 0 };
    for (let run = 0; run < 2000; run++) {
      const list = Array.from({ length: 20 }, () => random() - random());
      const p = signFlipP(list, { flips: 100, mostFlips: 1000, seed: run });
      if (p <= 0.05) small.first += 1;
      if (p <= 0.01) small.whole += 1;
    }
    expect(small.first / 2000).toBeLessThan(0.05 + 0.015);
    expect(small.whole / 2000).toBeLessThan(0.01 + 0.007);
    expect(small.whole).toBeGreaterThan(5);
  });

  test("give small p at the rate that p says where there is no difference", () => {
    const random = randomOf("null");
    let small = 0;
    for (let run = 0; run < 400; run++) {
      const list = Array.from({ length: 25 }, () => random() - random());
      if (signFlipP(list, { flips: 400, seed: run }) <= 0.1) small += 1;
    }
    expect(small / 400).toBeGreaterThan(0.06);
    expect(small / 400).toBeLessThan(0.15);
  });
});
