import { join } from "node:path";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "./folder-suite.js";
import { metricsOf, ownTask, taskOf } from "./index.js";

it("has the metrics of the task where an item has none of its own", async () => {
  const task = taskOf("arxiv");
  expect([...metricsOf(await task.load({ count }), task)]).toEqual(["rouge", "bleu", "bertscore"]);
});

it("has the metrics of items, and the task's only where one is scored by them", async () => {
  const load = async (...metrics: (string | undefined)[]) => {
    const rows = metrics.map((metric) => ({ prompt: "x", expected: "4", metric }));
    const folder = await folderOf({ "p.jsonl": linesOf(...rows) });
    const task = ownTask(join(folder, "p.jsonl"));
    return [...metricsOf(await task.load({ count }), task)];
  };
  expect(await load("bertscore", "gsm8k", "bertscore")).toEqual(["bertscore", "gsm8k"]);
  expect(await load(undefined, "bertscore")).toEqual(["f1", "rouge", "subspan", "bertscore"]);
});
