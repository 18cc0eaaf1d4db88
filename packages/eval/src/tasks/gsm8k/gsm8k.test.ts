import { join } from "node:path";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { gsm8k } from "./gsm8k.js";

const ROW = { question: "How many?", answer: "2 + 2 = <<2+2=4>>4\n#### 4" };
const PROMPT =
  "Question: A?\nLet's think step by step\nOne.\nThe answer is 1\n\nQuestion: B?\nTwo.\n";
const FILES = {
  "gsm8k/test.jsonl": linesOf(ROW),
  "gsm8k/prompts/prompt_hardest.txt": PROMPT,
};

it("asks after the worked examples and expects the solution without the calculator's notes", async () => {
  const [group] = await gsm8k.load({ count, data: await folderOf(FILES) });
  expect(group.contexts).toEqual(PROMPT.trim().split("\n\n"));
  expect(group.items).toEqual([
    {
      id: "0",
      suffix: "\n\nQuestion: How many?\nLet's think step by step\n",
      gold: "2 + 2 = 4\nThe answer is 4",
      answers: ["4"],
    },
  ]);
});

it("reads the prompt of a file, with carriage returns, and takes its first examples", async () => {
  const folder = await folderOf({ "own.txt": "A 🍎\r\n\r\nB\r\n\r\nC" });
  const prompt = join(folder, "own.txt");
  const [all] = await gsm8k.load({ count, choices: { prompt } });
  expect(all.contexts).toEqual(["A 🍎", "B", "C"]);
  const [two] = await gsm8k.load({ count, choices: { prompt, shots: "2" } });
  expect(two.contexts).toEqual(["A 🍎", "B"]);
  await expect(gsm8k.load({ count, choices: { prompt, shots: "4" } })).rejects.toThrow(
    "shots is 4; it must be a whole number from 1 to 3.",
  );
});

it("draws eight examples by the number of their steps, others with another seed", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    question: `Q${i}?`,
    answer: `${"sum\n".repeat(1 + (i % 3))}#### ${i}`,
  }));
  const data = await folderOf({ ...FILES, "gsm8k/train.jsonl": linesOf(...rows) });
  const drawn = async (prompt: string) =>
    (await gsm8k.load({ count, data, choices: { prompt } }))[0].contexts;
  const two = await drawn("drawn:2-2:1");
  expect(two).toHaveLength(8);
  expect(two.every((one) => one.split("sum\n").length === 2 + 1)).toBe(true);
  expect(await drawn("drawn:2-2:1")).toEqual(two);
  expect(await drawn("drawn:2-2:2")).not.toEqual(two);
  await expect(drawn("drawn:2")).rejects.toThrow("it must be drawn:LEAST-MOST:SEED.");
  await expect(drawn("drawn:7-9:1")).rejects.toThrow("no solution in");
});

it.each([
  ["Because.", /test\.jsonl, line 2, field answer: .*#### N/],
  ["2 + 2\n#### four", /line 2, field answer: what follows #### must be a number, not "four"/],
  ["2 + 2\n#### $4", /line 2, field answer: what follows #### must be a number, not "\$4"/],
])("names the line and field of %j, an answer without its number", async (answer, message) => {
  const test = linesOf(ROW, { question: "Why?", answer });
  const data = await folderOf({ ...FILES, "gsm8k/test.jsonl": test });
  await expect(gsm8k.load({ count, data })).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringMatching(message),
  });
});
