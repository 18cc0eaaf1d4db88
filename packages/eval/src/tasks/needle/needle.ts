/**
 * A needle in a haystack: whether one fact in a long text is still found. See README.md beside this file.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../../errors.js";
import { randomOf } from "../../random.js";
import { blocksOf } from "../blocks.js";
import { dataPath, textOf } from "../files.js";
import { listOf, rangeOf, sliceOf, wholeNumber } from "../options.js";
import type { Group, Task, TaskOptions } from "../types.js";
import { factOf } from "./facts.js";
import { haystackOf } from "./haystack.js";

const LENGTHS = "2000,4000";
const DEPTHS = "0,25,50,75,100";
const NEEDLES = 2;
const LONGEST = 1_000_000;

/** One hidden fact at every depth of texts of some lengths. */
export const needle: Task = {
  name: "needle",
  title: "Needle in a haystack: one fact at every depth",
  paper: "after Kamradt, 2023 (Needle in a Haystack)",
  sizes: { ratios: [2, 4] },
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
  metrics: ["subspan"],
  maxNewTokens: 32,
  stop: [],
  choices: {
    lengths: `tokens of the texts, commas between; default ${LENGTHS}`,
    depths: `where the fact stands, in % from the beginning, commas between; default ${DEPTHS}`,
    needles: `different facts for each length and depth; default ${NEEDLES}`,
  },
  async load(options) {
    const range = rangeOf(needle, options, Number.MAX_SAFE_INTEGER);
    const cells = cellsOf(options.choices ?? {});
    const filler = await fillerOf(dataPath(options.data, "needle"));
    return sliceOf(cells, range, "questions").map((cell) => groupOf(cell, filler, options));
  },
};

interface Cell {
  readonly length: number;
  readonly depth: number;
  readonly fact: number;
}

/** All lengths and depths with the first fact, then with the second, and so on. */
function cellsOf(choices: NonNullable<TaskOptions["choices"]>): Cell[] {
  const numbers = (name: string, given: string, least: number, most: number) => [
    ...new Set(listOf(name, given).map((part) => wholeNumber(name, part, least, most))),
  ];
  const lengths = numbers("lengths", choices.lengths ?? LENGTHS, 1, LONGEST);
  const depths = numbers("depths", choices.depths ?? DEPTHS, 0, 100);
  const needles = wholeNumber("needles", choices.needles ?? NEEDLES, 1);
  return Array.from({ length: needles }, (_, fact) =>
    lengths.flatMap((length) => depths.map((depth) => ({ length, depth, fact }))),
  ).flat();
}

/** Paragraphs of all *.txt of a folder, by name. */
async function fillerOf(folder: string): Promise<string[]> {
  const expected = "Expected *.txt with paragraphs between blank lines.";
  const names = await readdir(folder).catch((cause: Error) => {
    throw new EvaluationError("data-missing", `No folder ${folder}. ${expected}`, { cause });
  });
  const paths = names
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => join(folder, name));
  if (paths.length === 0)
    throw new EvaluationError("data-missing", `No file *.txt in ${folder}. ${expected}`);
  const texts = await Promise.all(paths.map((path) => textOf({ path, expected })));
  return texts.flatMap((text) => blocksOf(text.trim()));
}

function groupOf(
  { length, depth, fact }: Cell,
  filler: readonly string[],
  { seed = 0, count }: TaskOptions,
): Group {
  const { sentence, question, code } = factOf(seed, fact);
  const from = Math.floor(randomOf(`${seed} filler ${fact}`)() * filler.length);
  const contexts = haystackOf({ filler, from, needle: sentence, length, depth, count });
  const id = `${length}@${depth}:${fact}`;
  const suffix = `\n\nQuestion: ${question}\nAnswer:`;
  const items = [{ id, suffix, gold: ` ${code}`, answers: [code] }];
  return { id, instruction: INSTRUCTION, contexts, joint: "\n\n", question, asks: true, items };
}

const INSTRUCTION = "Answer the question from the text below. Give only the code.";
