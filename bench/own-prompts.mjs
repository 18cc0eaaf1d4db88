/**
 * Prompts for `llmlingua eval own`: a question over ten documents in any order, as a user of a search would have them.
 *
 *   node bench/own-prompts.mjs FILE.jsonl.gz --skip 400 --items 60 > prompts.jsonl
 *
 * Orders are drawn from --seed, row by row from --skip on. FILE has lines of {"question", "answers", "ctxs": [{"title", "text", "isgold"}]}, the gold document first.
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

/** A whole number of so much at least. */
function wholeNumber(name, least) {
  const given = values[name];
  if (/^\d{1,9}$/.test(given) && Number(given) >= least) return Number(given);
  throw new Error(`--${name} is ${given}; it must be a whole number from ${least} on.`);
}

const [skip, items, seed] = [
  wholeNumber("skip", 0),
  wholeNumber("items", 1),
  wholeNumber("seed", 0),
];

let state = seed;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const shuffled = (list) =>
  list
    .map((item) => [random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

const all = textOf(positionals[0]).trim().split("\n");
const rows = all.slice(skip, skip + items);
if (rows.length === 0) throw new Error(`--skip ${skip} leaves none of the ${all.length} rows.`);
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
