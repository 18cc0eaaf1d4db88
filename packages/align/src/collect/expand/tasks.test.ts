import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAlike, likeness, wordsOf } from "./similar.js";
import { askForTasks, shownTasks, tasksIn, unfitness } from "./tasks.js";

const names = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`);

/** Numbers that come around. */
const random = () => {
  let at = 0;
  return () => (at++ * 0.37) % 1;
};

describe("shownTasks", () => {
  it("shows six seeds and two generated ones, more seeds at the beginning", () => {
    const of = (generated: number) =>
      shownTasks(names("s", 20), names("g", generated), random()).filter((one) => one[0] === "g")
        .length;
    expect([of(0), of(1), of(9)]).toEqual([0, 1, 2]);
    expect(shownTasks(names("s", 20), names("g", 9), random())).toHaveLength(8);
    expect(shownTasks(names("s", 3), [], random())).toHaveLength(3);
  });

  it("numbers what is shown, each on a line", () => {
    const asked = askForTasks(["Say\n\n hello.", "Add."]);
    expect(asked).toContain("\n1. Say hello.\n2. Add.\n");
    expect(asked).toContain("tasks 3 to 10");
  });
});

describe("tasksIn", () => {
  it.each([
    ["9. One thing.\n10. Another\n    thing.", ["One thing.", "Another thing."]],
    ["Sure! Here they are:\n\n9) One.\n\n10) Two.\n\nHope that helps!", ["One.", "Two."]],
    ["**9.** Bold.\n**Task 10:** Bolder.", ["Bold.", "Bolder."]],
    ["Task 9: One.\nTask 10: Two.", ["One.", "Two."]],
    ["9. Add 3. 4 and 5.", ["Add 3. 4 and 5."]],
    ["No list at all.", []],
    ["", []],
  ])("reads %j", (text, tasks) => {
    expect(tasksIn(text, true)).toEqual(tasks);
  });

  it("leaves out the last one of an answer that was cut", () => {
    expect(tasksIn("1. One.\n2. Tw", false)).toEqual(["One."]);
  });
});

describe("unfitness", () => {
  it.each([
    ["Explain how tides come about.", undefined],
    ["解释潮汐是如何形成的。", undefined],
    ["Объясни, откуда берутся приливы.", undefined],
    ["Say it.", "length"],
    ["word ".repeat(151), "length"],
    ["Draw a plan of a house.", "keyword"],
    ["Describe the picture in detail.", "keyword"],
    ["Summarise the attached files for me.", "keyword"],
    ["Profile the ideal candidate for us.", undefined],
    ["Write a program that sorts numbers.", "form"],
    ["- a list within the list", "form"],
  ])("of %j is %s", (task, reason) => {
    expect(unfitness(task)).toBe(reason);
  });
});

describe("likeness", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });

  it("is 1 of a text with itself, symmetric, and within 0 … 1", () => {
    fc.assert(
      fc.property(words, words, (first, second) => {
        const value = likeness(first, second);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(likeness(second, first)).toBe(value);
        if (first.length > 0) expect(likeness(first, first)).toBe(1);
        expect(isAlike(first, [second], 0.7)).toBe(value >= 0.7);
      }),
    );
  });

  it("counts words in order, whatever the script and the case", () => {
    expect(likeness(wordsOf("Name three rivers!"), wordsOf("name THREE big rivers"))).toBeCloseTo(
      6 / 7,
    );
    expect(likeness(wordsOf("写一首关于河流的诗"), wordsOf("写一首关于高山的诗"))).toBeGreaterThan(
      0.5,
    );
  });
});
