import { describe, expect, it } from "vitest";
import type { ResultRecord } from "../run/types.js";
import { orderOf, orderTable } from "./order.js";

function records(method: string, nlls: readonly number[], size?: string): ResultRecord[] {
  return nlls.map((perToken, i) => ({
    condition: size === undefined ? method : `${method}@${size}`,
    method,
    ...(size !== undefined && { size }),
    group: "g",
    id: String(i),
    question: String(i),
    tokens: 10,
    originalTokens: 40,
    scores: {},
    nll: { perToken, tokens: 5 },
  }));
}

const RUNS = [
  {
    name: "one",
    results: [
      ...records("full", [0.5, 1.5]),
      ...records("default", [1, 2], "3x"),
      ...records("truncate", [2, 2], "3x"),
    ],
  },
  {
    name: "two",
    results: [
      ...records("full", [1, 1]),
      ...records("default", [2, 2], "4x"),
      ...records("truncate", [9, 9], "4x"),
      ...records("bm25", [1, 1], "4x"),
    ],
  },
];

describe("orderOf", () => {
  it("puts methods by their mean place, and those of one task apart", () => {
    const { everywhere, elsewhere, columns } = orderOf(RUNS);
    expect(columns).toEqual(["one 3x", "two 4x"]);
    expect(everywhere.map(({ method, place }) => [method, place])).toEqual([
      ["full", 1],
      ["default", 2],
      ["truncate", 3],
    ]);
    expect(elsewhere.map(({ method }) => method)).toEqual(["bm25"]);
  });

  it("takes differences to the default over the items that both have", () => {
    const [, , truncate] = orderOf(RUNS).everywhere;
    expect(truncate.cells.map(({ difference }) => difference.mean)).toEqual([0.5, 7]);
    const failed = RUNS.map(({ name, results }) => ({
      name,
      results: results.map((one) => ({ ...one, ...(one.id === "0" && { failed: "no" }) })),
    }));
    expect(orderOf(failed).everywhere[2].cells[0].difference.mean).toBe(0);
  });

  it("shows signs, and no interval of one item", () => {
    const { sections } = orderTable(orderOf(RUNS));
    expect(sections.map(({ title }) => title)).toEqual(["On every task", "Not on every task"]);
    expect(sections[1].rows).toEqual([["bm25", "", "", "−1.000 (−1.000 to −1.000)"]]);
    expect(sections[0].rows[1]).toEqual(["default", "2.0", "0", "0"]);
    expect(sections[0].rows[0][2]).toBe("−0.500 (−0.500 to −0.500)");
  });
});
