/**
 * Prompts for `llmlingua eval own`: a question over ten documents in any order, as a user of a search would have them.
 *
 *   node bench/own-prompts.mjs FILE.jsonl.gz --skip 400 --items 60 > prompts.jsonl
 *
 * FILE has lines of {"question", "answers", "ctxs": [{"title", "text", "isgold"}]}, the gold document first.
 */
import { parseArgs } from "node:util";
import { textOf } from "./answers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    skip: { type: "string", default: "0" },
    items: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
});
if (positionals.length !== 1) throw new Error("Give one file of questions.");

let state = Number(values.seed);
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const shuffled = (list) =>
  list
    .map((item) => [random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

const skip = Number(values.skip);
const rows = textOf(positionals[0])
  .trim()
  .split("\n")
  .slice(skip, skip + Number(values.items));
for (const [i, line] of rows.entries()) {
  const { question, answers, ctxs } = JSON.parse(line);
  const prompt = {
    id: `nq-${skip + i}`,
    instruction:
      "Answer the question with the search results below. Some of them have nothing to do with it.",
    contexts: shuffled(ctxs.slice(0, 10)).map(({ title, text }) => `(Title: ${title}) ${text}`),
    question: `Question: ${question}?\nAnswer:`,
    expected: answers,
    metric: "subspan",
  };
  process.stdout.write(`${JSON.stringify(prompt)}\n`);
}
