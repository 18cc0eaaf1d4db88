import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { longbench } from "./longbench.js";

const ROW = {
  task: "hotpotqa",
  idx: 0,
  template: "Read.\n\n{context}\n\nQuestion: {input}\nAnswer:",
  context: "One $& costs.\n\n\nTwo.",
  input: "Who? $1",
  answers: ["Ann", "Anna"],
  all_classes: null,
};
const OFFICIAL = {
  input: "",
  context: "Report.",
  answers: ["Short."],
  length: 1,
  dataset: "gov_report",
  language: "en",
  all_classes: null,
  _id: "1",
};

it("parts a template at its context and splits that at blank lines, so that all of it is there again", async () => {
  const data = await folderOf({ "longbench/mini.jsonl.gz": gzipSync(linesOf(ROW)) });
  expect(await longbench.load({ count, data })).toEqual([
    {
      id: "hotpotqa:0",
      instruction: "Read.",
      contexts: ["One $& costs.\n", "Two."],
      joint: "\n\n",
      question: "Who? $1",
      asks: true,
      items: [
        {
          id: "hotpotqa:0",
          suffix: "\n\nQuestion: Who? $1\nAnswer:",
          gold: " Ann",
          answers: ["Ann", "Anna"],
          metric: "f1",
        },
      ],
    },
  ]);
});

it("reads the official files with their templates, and a data set's file only where it is asked for", async () => {
  const data = await folderOf({
    "longbench/dataset2prompt.json": JSON.stringify({ gov_report: "Sum up:\n{context}\nNow:\n" }),
    "longbench/data/gov_report.jsonl": linesOf(OFFICIAL),
    "longbench/data/trec.jsonl": "broken",
  });
  const [group] = await longbench.load({ count, data, choices: { datasets: "gov_report" } });
  expect(group.question).toBeUndefined();
  expect(group.items[0]).toMatchObject({ suffix: "\nNow:\n", gold: "Short.", metric: "rouge" });
  await expect(longbench.load({ count, data })).rejects.toThrow(/trec\.jsonl, line 1 is not JSON/);
});

it("takes data sets in turn, and names those there are", async () => {
  const rows = [
    ROW,
    ROW,
    { ...ROW, task: "trec" },
    { ...ROW, task: "lcc_e" },
    { ...ROW, task: "trec" },
  ];
  const data = await folderOf({ "longbench/mini.jsonl": linesOf(...rows) });
  const ids = async (datasets?: string) =>
    (await longbench.load({ count, data, ...(datasets && { choices: { datasets } }) })).map(
      ({ id, items }) => `${id} ${items[0].metric}`,
    );
  expect(await ids()).toEqual([
    "hotpotqa:0 f1",
    "trec:0 subspan",
    "lcc_e:0 rouge",
    "hotpotqa:1 f1",
    "trec:1 subspan",
  ]);
  expect(await ids("trec")).toEqual(["trec:0 subspan", "trec:1 subspan"]);
  await expect(ids("trec,quality")).rejects.toThrow(
    "datasets has quality, of which there are no rows",
  );
});

it.each([
  [{ ...ROW, template: undefined }, "field template: there is none"],
  [{ ...ROW, template: "Read." }, "field template: it must have {context}"],
  [{ ...ROW, task: undefined }, "field dataset: it must name the data set"],
  [{ ...ROW, answers: [] }, "field answers: "],
])("names line and field of a row that is not as it should be (%#)", async (row, message) => {
  const data = await folderOf({ "longbench/mini.jsonl": linesOf(ROW, row) });
  await expect(longbench.load({ count, data })).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringContaining(`mini.jsonl, line 2, ${message}`),
  });
});
