import fc from "fast-check";
import { expect, test } from "vitest";
import { holm } from "./holm.js";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test("the smallest p is multiplied by the number of comparisons, the next by one less", () => {
  const corrected = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [index, p] of [0.03, 0.06, 0.06, 0.02].entries()) {
    expect(corrected[index]).toBeCloseTo(p, 12);
  }
});

test("one comparison needs no correction and none gives none", () => {
  expect(holm([0.2])).toEqual([0.2]);
  expect(holm([])).toEqual([]);
});

test("p-values never shrink, never pass 1 and keep their order", () => {
  fc.assert(
    fc.property(pValues, (values) => {
      const corrected = holm(values);
      for (const [index, p] of corrected.entries()) {
        expect(p).toBeGreaterThanOrEqual(values[index]);
        expect(p).toBeLessThanOrEqual(1);
        for (const [other, value] of values.entries()) {
          if (value > values[index]) expect(corrected[other]).toBeGreaterThanOrEqual(p);
        }
      }
    }),
  );
});
