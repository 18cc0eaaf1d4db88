import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FloatTensor, widthsOf } from "../graphs/index.js";
import { INDEX, tensor } from "./fixture-suite.js";
import { packAdapters } from "./pack.js";

const shape = { layers: INDEX.layers, widths: widthsOf(new Map(Object.entries(INDEX.tensors))) };
const { widths } = shape;

const rows = ({ dims: [, columns], data }: FloatTensor) =>
  Array.from({ length: data.length / columns }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );

function product(x: readonly number[][], y: readonly number[][], columns: number): number[][] {
  return x.map((row) =>
    Array.from({ length: columns }, (_, column) =>
      row.reduce((sum, value, index) => sum + value * y[index][column], 0),
    ),
  );
}

/** Small whole numbers, so that sums are exact. */
const matrix = (height: number, width: number) =>
  fc
    .array(fc.integer({ min: -4, max: 4 }), {
      minLength: height * width,
      maxLength: height * width,
    })
    .map((values): FloatTensor => ({ dims: [height, width], data: Float32Array.from(values) }));

describe("packed adapters", () => {
  test("have q, k and v side by side and on a diagonal, the scale in b", () => {
    const adapters = new Map([
      ["layer0.q.a", tensor([4, 1], 1)],
      ["layer0.q.b", tensor([1, 4], 3)],
      ["layer0.v.a", tensor([4, 2], 5)],
      ["layer0.v.b", tensor([2, 2], 7)],
    ]);
    const packed = packAdapters(adapters, 2, shape);
    expect(rows(packed.get("layer0.qkv.a") as FloatTensor)).toEqual(Array(4).fill([1, 5, 5]));
    expect(rows(packed.get("layer0.qkv.b") as FloatTensor)).toEqual([
      [6, 6, 6, 6, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 14, 14],
      [0, 0, 0, 0, 0, 0, 14, 14],
    ]);
    expect(packed.get("layer0.down.a")?.dims).toEqual([6, 0]);
    expect(packed.get("layer0.down.b")?.dims).toEqual([0, 4]);
    expect(packed.size).toBe(10);
  });

  test("multiply to the updates of their parts side by side", () => {
    const ranks = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }));
    const parts = ["q", "k", "v"] as const;
    const pairs = ranks.chain((ranks) =>
      fc.tuple(
        ...parts.map((part, index) =>
          fc.tuple(matrix(widths[part][0], ranks[index]), matrix(ranks[index], widths[part][1])),
        ),
      ),
    );
    fc.assert(
      fc.property(pairs, (pairs) => {
        const adapters = new Map(
          parts.flatMap((part, index) => [
            [`layer0.${part}.a`, pairs[index][0]] as const,
            [`layer0.${part}.b`, pairs[index][1]] as const,
          ]),
        );
        const packed = packAdapters(adapters, 0.5, shape);
        const [a, b] = [packed.get("layer0.qkv.a"), packed.get("layer0.qkv.b")];
        if (a === undefined || b === undefined || a.dims[1] === 0) return;
        const updates = pairs.map(([a, b]) =>
          a.dims[1] === 0
            ? Array.from({ length: a.dims[0] }, () => Array<number>(b.dims[1]).fill(0))
            : product(rows(a), rows(b), b.dims[1]),
        );
        const expected = updates[0].map((_, row) =>
          updates.flatMap((update) => update[row].map((value) => value / 2)),
        );
        expect(product(rows(a), rows(b), 8).map((row) => row.map((v) => v + 0))).toEqual(
          expected.map((row) => row.map((v) => v + 0)),
        );
      }),
    );
  });

  test.each<[string, Record<string, FloatTensor>, RegExp]>([
    [
      "another width",
      { "layer0.q.a": tensor([5, 1], 1), "layer0.q.b": tensor([1, 4], 1) },
      /layer0\.q\.a, \[5,1\], not \[4,/,
    ],
    [
      "two ranks",
      { "layer0.q.a": tensor([4, 2], 1), "layer0.q.b": tensor([1, 4], 1) },
      /layer0\.q\.b, \[1,4\], not \[2,4\]/,
    ],
    ["half a pair", { "layer0.q.a": tensor([4, 2], 1) }, /layer0\.q\.b, \[0,4\], not \[2,4\]/],
    [
      "a layer too many",
      { "layer1.q.a": tensor([4, 1], 1) },
      /layer1\.q\.a, which the model has no place for/,
    ],
  ])("are refused with %s", (_, adapters, message) => {
    expect(() => packAdapters(new Map(Object.entries(adapters)), 1, shape)).toThrow(
      expect.objectContaining({ code: "other-base", message: expect.stringMatching(message) }),
    );
  });

  test("are refused where a value is no finite number", () => {
    const adapters = new Map([
      ["layer0.q.a", tensor([4, 1], 1)],
      ["layer0.q.b", tensor([1, 4], Number.NaN)],
    ]);
    expect(() => packAdapters(adapters, 1, shape)).toThrow(
      expect.objectContaining({ code: "diverged" }),
    );
  });
});
