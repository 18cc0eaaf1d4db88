import type { Group, Item } from "@llmlingua/eval";
import { describe, expect, it } from "vitest";
import { questionOf, withoutOverlap } from "./overlap.js";
import { pairOf } from "./scorers-suite.js";

const item = (id: string, suffix: string): Item => ({ id, suffix, gold: "", answers: [] });
const group = (items: readonly Item[], question?: string): Group => ({
  ...{ id: "g", instruction: "", contexts: ["c"], joint: "\n", asks: false, items },
  ...(question !== undefined && { question }),
});

describe("items that pairs contain", () => {
  it("are left out, whatever their case, white space and label", () => {
    const known = "Ida has  nine apples and gives\nfour away. How many are left?";
    const pairs = [pairOf("a", `Solve this:\n\n${known.toUpperCase()}\n\nThink.`)];
    const asked = "Ida has nine apples and gives four away. How many are left?";
    const other = "Ola has six pears and eats one of them. How many are left?";
    const items = [
      item("0", `\n\nQuestion: ${asked}\nLet's think step by step\n`),
      item("1", `\n\nQuestion: ${other}\nLet's think step by step\n`),
    ];
    const { groups, overlapping } = withoutOverlap([group(items)], pairs);
    expect(overlapping).toBe(1);
    expect(groups.flatMap((one) => one.items).map(({ id }) => id)).toEqual(["1"]);
  });

  it("take their group with them where it has no other", () => {
    const question = "Who kept the lamp of the lighthouse?";
    const pairs = [pairOf("a", `Read. ${question}`)];
    expect(withoutOverlap([group([item("0", "\nA:")], question)], pairs).groups).toEqual([]);
  });

  it("are none where a question is too short to tell, or stands nowhere", () => {
    const items = [item("0", "Why?"), item("1", "\nQ: Something that nobody has asked so far.")];
    const found = withoutOverlap([group(items)], [pairOf("a", "Why? And who?")]);
    expect(found).toMatchObject({ overlapping: 0, groups: [{ items }] });
  });

  it("are known by the longest line of what follows the prompt", () => {
    const suffix = "\n\nQuestion: A long question?\nAnswer:";
    expect(questionOf({}, { suffix })).toBe("A long question?");
  });
});
