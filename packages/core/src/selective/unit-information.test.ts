import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unitInformation } from "./unit-information.js";

const mean = { phraseScore: "mean", skipSpaces: true } as const;
const sum = { phraseScore: "sum", skipSpaces: false } as const;

function informed(text: string, offsets: number[], information: number[]) {
  return {
    text,
    offsets: Uint32Array.from(offsets),
    information: Float32Array.from(information),
  };
}

describe("unitInformation", () => {
  test("splits a token over the units it ends, and gives the one it stops in nothing", () => {
    const tokens = informed("abcdef", [0, 4, 6], [6, 5]);
    expect(unitInformation(tokens, [1, 2, 6], sum)).toEqual(Float64Array.of(3, 3, 5));
  });

  test("takes the mean of what a unit got, or the sum", () => {
    const tokens = informed("ab cd", [0, 1, 2, 5], [1, 2, 5]);
    expect(unitInformation(tokens, [2, 5], mean)).toEqual(Float64Array.of(1.5, 5));
    expect(unitInformation(tokens, [2, 5], sum)).toEqual(Float64Array.of(3, 5));
  });

  test("leaves lone spaces out of phrases unless they end one", () => {
    const tokens = informed("a b c", [0, 1, 2, 3, 4, 5], [1, 9, 2, 7, 3]);
    expect(unitInformation(tokens, [3, 4, 5], mean)).toEqual(Float64Array.of(1.5, 7, 3));
  });

  test("counts every token of a character spread over several", () => {
    const tokens = informed("a😀b", [0, 1, 1, 1, 3, 4], [1, 2, 4, 6, 8]);
    expect(unitInformation(tokens, [1, 3, 4], mean)).toEqual(Float64Array.of(1, 4, 8));
  });

  test("neither loses nor makes self-information when it sums", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, lengths, (tokenLengths, cuts) => {
        const offsets = [0];
        for (const length of tokenLengths) offsets.push((offsets.at(-1) ?? 0) + length);
        const end = offsets.at(-1) ?? 0;
        const text = "x".repeat(end);
        let at = 0;
        const ends = new Set<number>();
        for (const cut of cuts) {
          at += cut;
          if (at > 0 && at < end) ends.add(at);
        }
        ends.add(end);
        const tokens = informed(
          text,
          offsets,
          tokenLengths.map((_, index) => 1 + index),
        );
        const total = unitInformation(tokens, [...ends], sum).reduce((a, b) => a + b, 0);
        expect(total).toBeCloseTo(
          tokens.information.reduce((a, b) => a + b, 0),
          9,
        );
      }),
    );
  });
});
