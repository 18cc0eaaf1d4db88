import { expect, test } from "vitest";
import { progressLine } from "./progress.js";

test("where it is no terminal there is one line a tenth of a stage, with the caller's words", () => {
  const lines: string[] = [];
  const line = progressLine({ stderr: { write: (text) => lines.push(text) } });
  for (const done of [1, 2, 20]) line.update({ stage: "asking", done, all: 20, condition: "full" });
  line.update({ stage: "general text", done: 20, all: 20 });
  line.clear();
  expect(lines).toEqual([
    "asking  1 / 20  full\n",
    "asking  2 / 20  full\n",
    "asking  20 / 20  full\n",
    "general text  20 / 20\n",
  ]);
});
