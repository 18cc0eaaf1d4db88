/**
 * BIG-Bench Hard: an instruction and three worked examples a subtask, compressed once for its questions.
 * See README.md beside this file.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { z } from "zod";
import { EvaluationError } from "../../errors.js";
import { EXAMPLE_METHODS } from "../example-methods.js";
import { dataPath, jsonOf, textOf } from "../files.js";
import { invalid, listOf, type Range, rangeOf } from "../options.js";
import type { Group, Task, TaskOptions } from "../types.js";
import { DEFAULT_SUBTASKS, SHIPPED_SUBTASKS } from "./subtasks.js";

/** Questions of each subtask. */
const ITEMS = 40;

/** BIG-Bench Hard, chain of thought. */
export const bbh: Task = {
  name: "bbh",
  title: "BIG-Bench Hard: three worked examples a subtask",
  paper: "LLMLingua, Table 2",
  sizes: { ratios: [3, 9] },
  methods: EXAMPLE_METHODS,
  metrics: ["bbh"],
  maxNewTokens: 320,
  stop: ["\nQ:", "\n\nQ"],
  choices: {
    subtasks: `names with commas between, or all; default ${DEFAULT_SUBTASKS.length} varied ones (items are of each)`,
  },
  async load(options) {
    const range = rangeOf(bbh, options, ITEMS);
    const names = await subtasksOf(options);
    return Promise.all(names.map((name) => groupOf(options.data, name, range)));
  },
};

async function subtasksOf({ data, choices }: TaskOptions): Promise<readonly string[]> {
  const given = choices?.subtasks;
  if (given === undefined) return data === undefined ? SHIPPED_SUBTASKS : DEFAULT_SUBTASKS;
  if (given !== "all") return listOf("subtasks", given);
  const folder = dataPath(data, "bbh/bbh");
  const files = await readdir(folder).catch((cause: Error) => {
    throw new EvaluationError("data-missing", `No folder ${folder}. Expected SUBTASK.json files.`, {
      cause,
    });
  });
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -5))
    .sort();
}

const QUESTIONS = z.object({
  examples: z.array(z.object({ input: z.string().min(1), target: z.string().min(1) })).min(1),
});

async function groupOf(data: string | undefined, name: string, range: Range): Promise<Group> {
  if (!/^\w+$/.test(name)) throw invalid(`subtasks has ${name}, which is no subtask's name.`);
  const path = dataPath(data, `bbh/cot-prompts/${name}.txt`);
  const prompt = (await textOf({ path, expected: PROMPT })).split("-----\n")[1];
  if (prompt === undefined)
    throw new EvaluationError("data-layout", `${path} has no line -----. ${PROMPT}`);
  const [instruction, ...contexts] = prompt.trim().split(/\n\n(?=Q: )/);
  const file = dataPath(data, `bbh/bbh/${name}.json`);
  const { examples } = await jsonOf({ path: file, expected: EXAMPLES }, QUESTIONS);
  const items = chosen(examples.length, range).map((at) => ({
    id: `${name}:${at}`,
    suffix: `\n\nQ: ${examples[at].input}\nA: Let's think step by step.\n`,
    gold: `So the answer is ${examples[at].target}.`,
    answers: [examples[at].target],
  }));
  return { id: name, instruction, contexts, joint: "\n\n", asks: false, items };
}

const PROMPT =
  "Expected a line to pass over, -----, an instruction, and worked examples that begin with Q:.";
const EXAMPLES = 'Expected {"examples": [{"input", "target"}]}.';

/** Indexes evenly spread over the file, without those that `skip` items would have taken. */
function chosen(length: number, { skip, items }: Range): number[] {
  if (skip >= length)
    throw invalid(`skip is ${skip}, but a subtask has ${length} questions; skip fewer.`);
  const seen = new Set(skip > 0 ? spread(length, skip) : []);
  const left = Array.from({ length }, (_, i) => i).filter((at) => !seen.has(at));
  return spread(left.length, items).map((at) => left[at]);
}

/** `most` indexes below `length`, evenly spread. */
function spread(length: number, most: number): number[] {
  const n = Math.min(length, most);
  return Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));
}
