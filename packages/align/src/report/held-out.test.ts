import { describe, expect, it } from "vitest";
import type { TrainingRecord } from "../folder/index.js";
import { heldOutOf, measureHeldOut } from "./held-out.js";
import { pairOf, scorersWith } from "./scorers-suite.js";

const pairs = ["a", "b", "c", "d"].map((id) => pairOf(id));
const training = {
  settings: { template: "plain", maxTokens: 64 },
  loss: { before: 2, after: 1.5, bestStep: 3 },
} as unknown as TrainingRecord;

describe("held-out pairs", () => {
  it("are those that the record names, whatever the file's order", () => {
    const found = heldOutOf([...pairs].reverse(), ["b", "d"], "pairs.jsonl");
    expect(found.map(({ id }) => id)).toEqual(["b", "d"]);
  });

  it("must all be in the file", () => {
    expect(() => heldOutOf(pairs, ["b", "x", "y"], "pairs.jsonl")).toThrow(
      /pairs\.jsonl lacks 2 of the 3 pairs .*x first.*Give the file/,
    );
  });

  it("must be there at all", () => {
    expect(() => heldOutOf(pairs, [], "pairs.jsonl")).toThrow(/--held-out above 0/);
  });

  it("are scored from the first token of the answer to its end", async () => {
    const asked: number[] = [];
    const found = await measureHeldOut(scorersWith(0.8), pairs, training, true, {
      onProgress: (done) => asked.push(done),
    });
    expect(found).toMatchObject({ pairs: 4, cut: 0, sameFile: true });
    expect(found.change.mean).toBeCloseTo(-0.2);
    expect(found.loss.aligned.mean).toBeCloseTo(0.8 * found.loss.base.mean);
    expect(found.training).toEqual({ before: 2, after: 1.5 });
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it("are counted where the window shortens them", async () => {
    const long = pairOf("long", "word ".repeat(200));
    const found = await measureHeldOut(scorersWith(1), [...pairs, long], training, false);
    expect(found).toMatchObject({ pairs: 5, cut: 1, sameFile: false });
    expect(found.change).toMatchObject({ mean: 0, interval: [0, 0] });
  });
});
