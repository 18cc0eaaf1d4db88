/**
 * LongBench: questions, summaries, examples and more over long texts. See README.md beside this file.
 *
 * @module
 */
import { PARAGRAPH_JOINT, paragraphsOf } from "../blocks.js";
import { inTurn } from "../in-turn.js";
import { invalid, listOf, rangeOf, sliceOf } from "../options.js";
import type { Group, Task } from "../types.js";
import { metricOf } from "./datasets.js";
import { type Row, rowsOf } from "./rows.js";

const ITEMS = 100;

/** LongBench and MiniLongBench; each item has its data set's metric. */
export const longbench: Task = {
  name: "longbench",
  title: "LongBench: long texts of many kinds",
  paper: "LongLLMLingua, Table 2; LLMLingua-2, Table 2",
  sizes: { ratios: [3, 5] },
  methods: [
    "full",
    "zero",
    "default",
    "paper",
    "selective-context",
    "truncate",
    "default-random",
    "bm25",
    "longllmlingua",
    "longllmlingua-paper",
  ],
  metrics: ["f1", "rouge", "subspan", "exact"],
  maxNewTokens: 512,
  stop: [],
  choices: { datasets: "names with commas between, such as hotpotqa,trec; default all there are" },
  async load(options) {
    const range = rangeOf(longbench, options, ITEMS);
    const given = options.choices?.datasets;
    const datasets = given === undefined ? undefined : listOf("datasets", given);
    const byDataset = grouped(await rowsOf(options.data, datasets));
    const unknown = datasets?.find((name) => !byDataset.has(name));
    if (unknown !== undefined) {
      const known = [...byDataset.keys()].join(", ");
      throw invalid(`datasets has ${unknown}, of which there are no rows; there are ${known}.`);
    }
    const lists = (datasets ?? [...byDataset.keys()]).map((name) => byDataset.get(name) ?? []);
    return sliceOf(inTurn(lists), range, "questions").map(groupOf);
  },
};

function grouped(rows: readonly Row[]): Map<string, Row[]> {
  const byDataset = new Map<string, Row[]>();
  for (const row of rows) {
    const own = byDataset.get(row.dataset) ?? [];
    own.push(row);
    byDataset.set(row.dataset, own);
  }
  return byDataset;
}

function groupOf({ dataset, index, template, context, input, answers }: Row): Group {
  const at = template.indexOf("{context}");
  const [before, after] = [template.slice(0, at), template.slice(at + "{context}".length)];
  const id = `${dataset}:${index}`;
  const item = {
    id,
    suffix: after.split("{input}").join(input),
    gold: /\s$/.test(after) ? answers[0] : ` ${answers[0]}`,
    answers,
    metric: metricOf(dataset),
  };
  return {
    id,
    instruction: before.split("{input}").join(input).trimEnd(),
    contexts: paragraphsOf(context),
    joint: PARAGRAPH_JOINT,
    ...(input.trim() !== "" && { question: input }),
    asks: true,
    items: [item],
  };
}
