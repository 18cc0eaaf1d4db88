import { describe, expect, test } from "vitest";
import { capacityFor, resized } from "./kv-buffer.js";

describe("the memory's capacity", () => {
  test("doubles from 512 until it is enough and stops at what the model reads", () => {
    expect([1, 512, 513, 2000, 8000, 8192].map((rows) => capacityFor(rows, 8192))).toEqual([
      512, 512, 1024, 2048, 8192, 8192,
    ]);
    expect(capacityFor(700, 1000)).toBe(1000);
    expect(capacityFor(10, 100)).toBe(100);
  });
});

describe("a resized memory", () => {
  test("holds the valid rows of every head at their new places", () => {
    const shape = { layers: 1, kvHeads: 2, headSize: 2 };
    const old = resized(shape, 2, undefined, 0);
    old.keys[0].set([1, 2, 3, 4, 5, 6, 7, 8]);
    const grown = resized(shape, 3, old, 1);
    expect(Array.from(grown.keys[0])).toEqual([1, 2, 0, 0, 0, 0, 5, 6, 0, 0, 0, 0]);
    expect(Array.from(grown.values[0])).toEqual(new Array(12).fill(0));
    expect(grown.capacity).toBe(3);
  });
});
