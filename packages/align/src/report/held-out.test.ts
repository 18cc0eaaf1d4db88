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
    const { summary: found } = await measureHeldOut(scorersWith(0.8), pairs, training, true, {
      onProgress: (done) => asked.push(done),
    });
    expect(found).toMatchObject({ pairs: 4, groups: 4, cut: 0, sameFile: true });
    expect(found.change.mean).toBeCloseTo(-0.2);
    expect(found.loss.aligned.mean).toBeCloseTo(0.8 * found.loss.base.mean);
    expect(found.training).toEqual({ before: 2, after: 1.5 });
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it("are counted where the window shortens them", async () => {
    const long = pairOf("long", "word ".repeat(200));
    const given = [...pairs, long];
    const { summary: found } = await measureHeldOut(scorersWith(1), given, training, false);
    expect(found).toMatchObject({ pairs: 5, cut: 1, sameFile: false });
    expect(found.change).toMatchObject({ mean: 0, interval: [0, 0] });
  });

  it("are resampled with their groups, and have no interval in a single one", async () => {
    const answers = ["Yes.", "No, it is not at all so.", "Perhaps, who knows?", "It is a river."];
    const inGroups = (groups: readonly (string | undefined)[]) =>
      answers.map((answer, index) => pairOf(`${index}`, `Say ${index}.`, answer, groups[index]));
    const lossOf = async (groups: readonly (string | undefined)[]) =>
      (await measureHeldOut(scorersWith(0.8), inGroups(groups), training, true)).summary;
    const [apart, two] = [await lossOf([]), await lossOf(["g", "g", "h", "h"])];
    const alone = await lossOf(["g", "g", "g", "g"]);
    expect([apart.groups, two.groups, alone.groups]).toEqual([4, 2, 1]);
    expect(two.loss.base.mean).toBe(apart.loss.base.mean);
    expect(two.loss.base.interval).not.toEqual(apart.loss.base.interval);
    expect(alone.loss.base.interval).toBeUndefined();
    // A pair without a group is its id's: one of a group of that name belongs to it.
    expect((await lossOf(["1", undefined])).groups).toBe(3);
  });

  it("are told one by one, as the summary adds them up", async () => {
    const given = [pairOf("a", "Say a.", "Yes.", "talk"), pairOf("b")];
    const { summary, records } = await measureHeldOut(scorersWith(0.5), given, training, true);
    expect(records.map(({ id, group }) => [id, group])).toEqual([
      ["a", "talk"],
      ["b", "b"],
    ]);
    const sum = (of: "tokens" | "base" | "aligned") =>
      records.reduce((total, record) => total + record[of], 0);
    expect(sum("tokens")).toBe(summary.tokens);
    expect(sum("base") / sum("tokens")).toBeCloseTo(summary.loss.base.mean);
    expect(sum("aligned") / sum("base")).toBeCloseTo(0.5);
    expect(Object.keys(records[0]).sort()).toEqual(["aligned", "base", "group", "id", "tokens"]);
  });

  it("say how many of them training measured, where its record does", async () => {
    const known = { ...training, loss: { ...training.loss, pairs: 2 } };
    const { summary } = await measureHeldOut(scorersWith(1), pairs, known, true);
    expect(summary.training).toEqual({ before: 2, after: 1.5, pairs: 2 });
  });
});
