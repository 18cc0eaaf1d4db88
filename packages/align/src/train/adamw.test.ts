import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FloatTensor } from "../graphs/index.js";
import { adamw, clipFactor, normOf, zeroMoments } from "./adamw.js";

type Numbers = Readonly<Record<string, readonly number[]>>;

interface Fixture {
  readonly weightDecay: number;
  readonly clip: number;
  readonly start: Numbers;
  readonly steps: readonly {
    readonly learningRate: number;
    readonly gradients: Numbers;
    readonly norm: number;
    readonly values: Numbers;
  }[];
}

const tensors = (numbers: Numbers) =>
  new Map(
    Object.entries(numbers).map(([name, values]): [string, FloatTensor] => [
      name,
      { dims: [values.length], data: Float32Array.from(values) },
    ]),
  );

test("AdamW and clipping do what PyTorch's do", async () => {
  const path = new URL("../../fixtures/adamw.json", import.meta.url);
  const { start, steps, weightDecay, clip } = JSON.parse(await readFile(path, "utf8")) as Fixture;
  const adapters = tensors(start);
  const moments = zeroMoments(adapters);
  for (const [index, { learningRate, gradients, norm, values }] of steps.entries()) {
    const slopes = tensors(gradients);
    expect(normOf(slopes)).toBeCloseTo(norm, 6);
    const factor = clipFactor(normOf(slopes), clip);
    adamw(adapters, slopes, moments, { step: index + 1, learningRate, weightDecay, factor });
    for (const [name, wanted] of Object.entries(values))
      for (const [at, value] of wanted.entries())
        expect(adapters.get(name)?.data[at]).toBeCloseTo(value, 6);
  }
});

test("clipped gradients are never longer than asked, and short ones stay as they are", () => {
  const numbers = fc.array(fc.float({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: 1 });
  const clips = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(numbers, clips, (values, clip) => {
      const norm = normOf(tensors({ values }));
      const factor = clipFactor(norm, clip);
      expect(norm * factor).toBeLessThanOrEqual(clip * (1 + 1e-12));
      if (norm <= clip) expect(factor).toBe(1);
    }),
  );
});

test("a gradient that is no number shows in the norm", () => {
  expect(normOf(tensors({ a: [1, Number.NaN] }))).toBeNaN();
  expect(normOf(tensors({ a: [1], b: [Infinity] }))).toBe(Infinity);
});
