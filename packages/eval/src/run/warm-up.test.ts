import { createHashScorer, loadTokenCounter, type TokenScorer } from "llmlingua";
import { expect, it } from "vitest";
import { METHODS, type Work } from "../methods/index.js";
import type { Group } from "../tasks/types.js";
import { compressAll } from "./compress.js";
import type { PromptRecord } from "./types.js";

const group: Group = {
  id: "toy",
  instruction: "",
  contexts: ["One two three four five six seven.", "Eight nine ten eleven twelve thirteen."],
  joint: "\n\n",
  asks: false,
  items: [{ id: "a", suffix: "", gold: "", answers: [] }],
};

/** Every text that is scored, what is compressed by `slow`, and the records. */
async function compressed(timed: boolean, names = ["default"], had: readonly PromptRecord[] = []) {
  const [scored, asked]: [string[], Work[]] = [[], []];
  const hash = createHashScorer();
  const scorer: TokenScorer = {
    ...hash,
    tokenizer: hash.tokenizer,
    maxTokens: hash.maxTokens,
    score: (ids, options) => {
      // The first id may be the start token, which is of no text.
      scored.push(hash.tokenizer.decode(ids.filter((id) => id > 0)));
      return hash.score(ids, options);
    },
  };
  const slow = {
    name: "slow",
    title: "Slow at first",
    sized: true,
    compress: async (work: Work) => {
      asked.push(work);
      return "One.";
    },
  };
  const records = [...had];
  const journal = { records, add: async (record: PromptRecord) => void records.push(record) };
  const counter = await loadTokenCounter("cl100k_base");
  const methods = [...METHODS.filter(({ name }) => names.includes(name)), slow];
  const prompts = await compressAll(journal, {
    groups: [group],
    methods,
    sizes: { tokens: [8] },
    counter,
    scorer,
    seed: 0,
    timed,
  });
  return { scored, asked, prompts };
}

it("touches every method and the scorer, and nothing of the prompt, before anything is timed", async () => {
  const { scored, asked, prompts } = await compressed(true);
  expect(asked.map((work) => work.group.id)).toEqual(["warm-up", "toy"]);
  const first = scored.findIndex((text) => text.includes("seven"));
  expect(first).toBeGreaterThan(0);
  expect(scored.slice(0, first).some((text) => text.includes("ferry"))).toBe(true);
  // The scorer's own memory is of another text when a timed call begins.
  expect(scored[first - 1]).toContain("Nothing of any prompt");
  expect(prompts.map(({ ms }) => typeof ms)).toEqual(["number", "number"]);
});

it("is left out where nothing is timed, or nothing is left to compress", async () => {
  const { asked, prompts } = await compressed(false);
  expect(asked.map((work) => work.group.id)).toEqual(["toy"]);
  expect(prompts.every(({ ms }) => ms === undefined)).toBe(true);
  const timed = await compressed(true);
  expect((await compressed(true, ["default"], timed.prompts)).asked).toEqual([]);
});

it("goes on where the library refuses the text, and says what each size asks for", async () => {
  const { prompts } = await compressed(true, ["full", "whole-first", "microsoft"]);
  expect(prompts.map(({ condition, sizeTokens }) => [condition, sizeTokens])).toEqual([
    ["full", undefined],
    ["microsoft@8", 8],
    ["whole-first@8", 8],
    ["slow@8", 8],
  ]);
});
