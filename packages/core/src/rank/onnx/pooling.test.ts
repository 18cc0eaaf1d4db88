import { expect, test } from "vitest";
import { normalized, pooled, scoreOfLogits } from "./pooling.js";

test("pooling takes the mean of all tokens or the first", () => {
  const states = Float32Array.of(1, 2, 3, 6);
  expect(pooled(states, 2, "mean")).toEqual(Float32Array.of(2, 4));
  expect(pooled(states, 2, "cls")).toEqual(Float32Array.of(1, 2));
});

test("normalised vectors have length 1, zeros stay", () => {
  expect(Array.from(normalized(Float32Array.of(3, 4)))).toEqual([
    expect.closeTo(0.6),
    expect.closeTo(0.8),
  ]);
  expect(normalized(new Float32Array(2))).toEqual(new Float32Array(2));
});

test("a score is one logit or the probability of the second of two labels", () => {
  expect(scoreOfLogits(Float32Array.of(-3))).toBe(-3);
  expect(scoreOfLogits(Float32Array.of(0, Math.log(3)))).toBeCloseTo(0.75, 6);
  expect(scoreOfLogits(Float32Array.of(900, -900))).toBe(0);
  expect(scoreOfLogits(new Float32Array(3))).toBeUndefined();
});
