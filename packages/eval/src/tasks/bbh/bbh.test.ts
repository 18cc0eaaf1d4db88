import { expect, it } from "vitest";
import { count, folderOf } from "../folder-suite.js";
import { bbh } from "./bbh.js";

const PROMPT = "canary\n-----\nDo it.\n\nQ: A\n\nmore?\nA: a.\n\nQ: B?\nA: b.\n";

function filesOf(name: string, examples: unknown) {
  return {
    [`bbh/cot-prompts/${name}.txt`]: PROMPT,
    [`bbh/bbh/${name}.json`]: JSON.stringify({ canary: "canary", examples }),
  };
}

const TEN = Array.from({ length: 10 }, (_, i) => ({ input: `${i}?`, target: `(${i})` }));

it("keeps the instruction apart from the worked examples, and the canary away", async () => {
  const data = await folderOf(filesOf("counting", TEN.slice(0, 1)));
  expect(await bbh.load({ count, data, choices: { subtasks: "counting" } })).toEqual([
    {
      id: "counting",
      instruction: "Do it.",
      contexts: ["Q: A\n\nmore?\nA: a.", "Q: B?\nA: b."],
      joint: "\n\n",
      asks: false,
      items: [
        {
          id: "counting:0",
          suffix: "\n\nQ: 0?\nA: Let's think step by step.\n",
          gold: "So the answer is (0).",
          answers: ["(0)"],
        },
      ],
    },
  ]);
});

it("spreads the questions of each subtask and skips those that were taken before", async () => {
  const data = await folderOf({ ...filesOf("one", TEN), ...filesOf("two", TEN) });
  const load = async (range: { items: number; skip?: number }) =>
    (await bbh.load({ count, data, choices: { subtasks: "all" }, ...range })).map(({ items }) =>
      items.map(({ id }) => id.split(":")[1]).join(""),
    );
  expect(await load({ items: 5 })).toEqual(["02468", "02468"]);
  expect(await load({ items: 5, skip: 5 })).toEqual(["13579", "13579"]);
  expect(await load({ items: 99 })).toEqual(["0123456789", "0123456789"]);
});

it("names the file of a subtask that is not there", async () => {
  const data = await folderOf(filesOf("counting", TEN));
  await expect(
    bbh.load({ count, data, choices: { subtasks: "counting,navigate" } }),
  ).rejects.toMatchObject({
    code: "data-missing",
    message: expect.stringContaining("cot-prompts/navigate.txt"),
  });
  await expect(bbh.load({ count, choices: { subtasks: "../x" } })).rejects.toThrow(
    "subtask's name",
  );
});

it("names what is wrong with a prompt or a question", async () => {
  const choices = { subtasks: "counting" };
  const bare = await folderOf({
    ...filesOf("counting", TEN),
    "bbh/cot-prompts/counting.txt": "Q: A",
  });
  await expect(bbh.load({ count, data: bare, choices })).rejects.toThrow("has no line -----");
  const data = await folderOf(filesOf("counting", [TEN[0], { input: "?" }]));
  await expect(bbh.load({ count, data, choices })).rejects.toThrow(
    /counting\.json, field examples\[1\]\.target: /,
  );
});
