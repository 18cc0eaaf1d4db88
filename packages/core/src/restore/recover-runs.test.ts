import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexRuns } from "./recover-runs.js";
import { NO_WORD } from "./recover-words.js";

describe("indexRuns", () => {
  it("finds the longest run and all its places, as looking everywhere does", () => {
    const ids = fc.array(fc.integer({ min: NO_WORD, max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, fc.nat({ max: 10 }), (sequence, words, from) => {
        const run = indexRuns(sequence)(words, from, words.length);
        const isAt = (place: number, length: number) =>
          words
            .slice(from, from + length)
            .every((word, i) => word !== NO_WORD && sequence[place + i] === word);
        let length = 0;
        const placesOf = (n: number) => [...sequence.keys()].filter((place) => isAt(place, n));
        while (from + length < words.length && placesOf(length + 1).length > 0) length++;
        expect(run.length).toBe(length);
        expect([...run.places].sort((a, b) => a - b)).toEqual(length ? placesOf(length) : []);
      }),
      { numRuns: 1000 },
    );
  });

  it("stops where it is told to", () => {
    expect(indexRuns([1, 2, 3])([1, 2, 3], 0, 2).length).toBe(2);
    expect(indexRuns([])([1], 0, 1).length).toBe(0);
  });
});
