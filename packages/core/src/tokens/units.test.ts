import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unitsOf } from "./units.js";

/** Flags of length `length` + 1 with 1 at `at`. */
const flags = (length: number, ...at: number[]) => {
  const marks = new Uint8Array(length + 1);
  for (const index of at) marks[index] = 1;
  return marks;
};
const units = (offsets: number[], from: number, to: number, ...rest: Uint8Array[]) =>
  Array.from(unitsOf(Uint32Array.from(offsets), from, to, rest[0], rest[1]));

describe("unitsOf", () => {
  it("ends a unit where a token ends and the text may be cut", () => {
    // ab|cd|ef|gh with word ends at 4 and 8
    expect(units([0, 2, 4, 6, 8], 0, 4, flags(8, 4, 8))).toEqual([0, 2, 4]);
  });

  it("makes one unit of two words that a token spans", () => {
    // tokens [0,3) [3,6); a word ends at 2, inside the first token
    expect(units([0, 3, 6], 0, 2, flags(6, 2, 6))).toEqual([0, 2]);
  });

  it("never cuts a character that is spread over several tokens", () => {
    // three tokens of one emoji: empty, empty, [0,2); then "x"
    expect(units([0, 0, 0, 2, 3], 0, 4, flags(3, 0, 2, 3))).toEqual([0, 3, 4]);
  });

  it("cuts an over-long word into units of sixteen tokens where the fallback allows, else not at all", () => {
    const offsets = Array.from({ length: 41 }, (_, i) => i);
    const none = flags(40);
    expect(units(offsets, 0, 40, none)).toEqual([0, 40]);
    expect(units(offsets, 0, 40, none, flags(40).fill(1))).toEqual([0, 16, 32, 40]);
    expect(units(offsets, 0, 40, none, flags(40, 20))).toEqual([0, 20, 40]);
  });

  it("gives the tokens of a range only, and no unit for an empty range", () => {
    expect(units([0, 1, 2, 3], 1, 3, flags(3, 1, 2, 3))).toEqual([1, 2, 3]);
    expect(units([0, 1], 1, 1, flags(1))).toEqual([1]);
  });

  it("covers the range with ascending, non-empty units", () => {
    const steps = fc.array(fc.nat(3), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.boolean(), { minLength: 181, maxLength: 181 }),
        (lengths, marks) => {
          const offsets = [0];
          for (const length of lengths) offsets.push(offsets[offsets.length - 1] + length);
          const boundary = Uint8Array.from(marks, Number);
          const found = units(offsets, 0, lengths.length, boundary);
          expect([found[0], found[found.length - 1]]).toEqual([0, lengths.length]);
          for (let u = 1; u < found.length; u++) {
            expect(found[u]).toBeGreaterThan(found[u - 1]);
            if (u + 1 < found.length) expect(boundary[offsets[found[u]]]).toBe(1);
          }
        },
      ),
    );
  });
});
