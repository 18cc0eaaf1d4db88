import { describe, expect, it } from "vitest";
import { bestAtBothEnds, bestFirst } from "./order.js";

describe("orders by relevance", () => {
  it("puts the highest score first, ties by position", () => {
    expect(bestFirst([1, 5, 5, -2])).toEqual([1, 2, 0, 3]);
    expect(bestFirst([])).toEqual([]);
  });

  it("puts the best at both ends, as the reference's two_stage does", () => {
    expect(bestAtBothEnds([3, 1, 0, 2, 5, 4])).toEqual([3, 0, 5, 4, 2, 1]);
    expect(bestAtBothEnds([7])).toEqual([7]);
  });
});
