/**
 * BIG-Bench Hard: an instruction and three worked examples a task, compressed once for its questions.
 *
 * The instruction stays verbatim in every condition and counts towards the size. --subtasks a,b names
 * tasks; the default fourteen are varied, their prompts were written for them (those of five and seven
 * objects are copies of the one of three) and their instructions are short against a ninth of the prompt.
 * Items: --items questions of each, default 40, spread evenly over the file.
 */
import { join } from "node:path";
import { textOf } from "../../answers.mjs";

const SUBTASKS = [
  "boolean_expressions",
  "causal_judgement",
  "disambiguation_qa",
  "formal_fallacies",
  "geometric_shapes",
  "hyperbaton",
  "logical_deduction_three_objects",
  "movie_recommendation",
  "navigate",
  "object_counting",
  "penguins_in_a_table",
  "reasoning_about_colored_objects",
  "temporal_sequences",
  "web_of_lies",
];

export const bbh = {
  sizes: { ratios: [3, 9] },
  conditions: [
    "full",
    "zero",
    "shortest-one",
    "default",
    "paper",
    "microsoft",
    "microsoft-notebook",
    "selective-context",
    "selective-token",
    "selective-line",
    "truncate",
    "whole-first",
    "whole-shortest",
    "whole-ranked",
    "random-tokens",
    "random-words",
  ],
  groups({ data, items = 40, subtasks = SUBTASKS }) {
    return subtasks.map((task) => {
      const prompt = textOf(join(data, `bbh/cot-prompts/${task}.txt`)).split("-----\n")[1];
      const [instruction, ...contexts] = prompt.trim().split(/\n\n(?=Q: )/);
      const { examples } = JSON.parse(textOf(join(data, `bbh/bbh/${task}.json`)));
      const rows = spread(examples.length, items).map((at) => ({
        id: `${task}:${at}`,
        suffix: `\n\nQ: ${examples[at].input}\nA: Let's think step by step.\n`,
        gold: `So the answer is ${examples[at].target}.`,
        answers: [examples[at].target],
      }));
      return { id: task, instruction, contexts, rule: "bbh", max_new: 320, rows };
    });
  },
};

/** `most` indexes below `length`, evenly spread. */
function spread(length, most) {
  const n = Math.min(length, most);
  return Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));
}
