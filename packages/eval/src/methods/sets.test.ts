import { describe, expect, it } from "vitest";
import { METHODS, namesIn, SETS } from "./index.js";

const INPUT = { own: ["full", "default", "microsoft"], hasClassifier: false };

describe("sets of methods", () => {
  it("have names that no method has, and names of methods in them", () => {
    const names = METHODS.map(({ name }) => name);
    for (const set of SETS) {
      expect(names).not.toContain(set.name);
      for (const name of set.names(INPUT)) expect(names).toContain(name);
    }
  });

  it("mix with names, each method once", () => {
    expect(namesIn(["bm25", "main", "full"], INPUT)).toEqual([
      "bm25",
      "full",
      "default",
      "microsoft",
    ]);
    expect(namesIn(["nonsense"], INPUT)).toEqual(["nonsense"]);
  });

  it("have Table 3 as the ablations", () => {
    expect(namesIn(["ablations"], INPUT)).toEqual([
      "paper",
      "paper-no-iterative",
      "paper-no-budget",
      "paper-fixed-rate",
      "paper-random-rank",
      "paper-random",
      "no-stop-words",
    ]);
  });

  it("leave out of all what has no checkpoint, and the reference where the task does without", () => {
    const all = namesIn(["all"], INPUT);
    expect(all).toEqual(expect.arrayContaining(["full", "microsoft", "longllmlingua-random"]));
    expect(all).not.toContain("llmlingua2");
    expect(all).not.toContain("microsoft-notebook");
    expect(namesIn(["all"], { ...INPUT, hasClassifier: true })).toContain("llmlingua2");
  });
});
