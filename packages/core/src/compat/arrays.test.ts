import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cut, cutOut, droppedBefore, sliceBound } from "./arrays.js";
import { threshold } from "./judge.js";
import { kthSmallest } from "./kth-smallest.js";

const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
const cuts: fc.Arbitrary<Cut> = fc.record({
  from: fc.nat(70),
  keep: fc.uint8Array({ max: 1, maxLength: 70 }),
});

describe("cutOut", () => {
  it("takes out what a filter over the whole array would", () => {
    fc.assert(
      fc.property(numbers, cuts, fc.nat(20), (values, cut, shift) => {
        const kept = values.filter((_, i) => (cut.keep[i + shift - cut.from] ?? 1) === 1);
        expect([...cutOut(Uint32Array.from(values), cut, shift)]).toEqual(kept);
      }),
    );
  });

  it("never touches what lies outside the view it is given", () => {
    fc.assert(
      fc.property(numbers, cuts, (values, cut) => {
        const memory = Uint32Array.of(77, ...values, 88);
        cutOut(memory.subarray(1, -1), cut);
        expect([memory[0], memory.at(-1)]).toEqual([77, 88]);
      }),
    );
  });
});

it("droppedBefore counts what is dropped below a position", () => {
  fc.assert(
    fc.property(cuts, fc.nat(150), (cut, until) => {
      const dropped = [...cut.keep].filter((keep, i) => keep === 0 && cut.from + i < until);
      expect(droppedBefore(cut, until)).toBe(dropped.length);
    }),
  );
});

it("sliceBound is where a slice of an array ends", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: -30, max: 30 }), (length, index) => {
      expect(sliceBound(index, length)).toBe(new Uint8Array(length).subarray(0, index).length);
    }),
  );
});

describe("order statistics", () => {
  it("kthSmallest is what stands there in a sorted array", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), fc.nat(), (values, at) => {
        const place = at % values.length;
        const sorted = Float32Array.from(values).sort();
        expect(kthSmallest(Float32Array.from(values), place) === sorted[place]).toBe(true);
      }),
    );
  });

  it("threshold is where sorting all losses puts it, unknown ones first", () => {
    const losses = fc.array(fc.constantFrom(0.5, 1, 2, 3, 10000, Number.NaN), { maxLength: 30 });
    fc.assert(
      fc.property(losses, fc.double({ min: 0, max: 0.999, noNaN: true }), (values, rate) => {
        const sorted = Float32Array.from(values.filter((value) => value !== 10000)).sort();
        const place = Math.max(0, Math.trunc(sorted.length * rate) - 1);
        const expected = sorted.length === 0 ? -Infinity : sorted[sorted.length - 1 - place];
        expect(threshold(Float32Array.from(values), rate)).toBe(expected);
      }),
    );
  });
});
