/**
 * GSM8K: worked examples, compressed once for all test questions. See README.md beside this file.
 *
 * @module
 */
import { EXAMPLE_METHODS } from "../example-methods.js";
import { dataPath, jsonLinesOf, textOf } from "../files.js";
import { rangeOf, sliceOf, wholeNumber } from "../options.js";
import type { Item, Task, TaskOptions } from "../types.js";
import { drawnPrompt } from "./drawn.js";
import { ROW, type Row, resultOf, solution } from "./row.js";

const CHOICES = {
  prompt:
    "file with worked examples, blank lines between, or drawn:LEAST-MOST:SEED from train.jsonl",
  shots: "how many of the prompt's examples are used, the first ones; default all",
};

/** LLMLingua, Table 2: tokens of its constraints 1-shot, half-shot and quarter-shot. */
const TOKENS = [442, 179, 112];

/** GSM8K with the eight demonstrations of the paper's complex prompt. */
export const gsm8k: Task = {
  name: "gsm8k",
  title: "GSM8K: grade-school mathematics, eight worked examples",
  paper: "LLMLingua, Table 2",
  sizes: { tokens: TOKENS },
  methods: EXAMPLE_METHODS,
  metrics: ["gsm8k"],
  maxNewTokens: 320,
  stop: ["\nQuestion"],
  choices: CHOICES,
  async load(options) {
    const range = rangeOf(gsm8k, options, Number.MAX_SAFE_INTEGER);
    const all = await promptOf(options);
    const shots = wholeNumber("shots", options.choices?.shots ?? all.length, 1, all.length);
    const path = dataPath(options.data, "gsm8k/test.jsonl");
    const rows = await jsonLinesOf({ path, expected: LINES }, ROW);
    const items = rows.map(({ value }, id) => itemOf(value, id));
    return [
      {
        id: "gsm8k",
        instruction: "",
        contexts: all.slice(0, shots),
        joint: "\n\n",
        asks: false,
        items: sliceOf(items, range, "questions"),
      },
    ];
  },
};

const LINES = 'Expected lines of {"question", "answer"}, the answer ending in "#### N".';

async function promptOf({ data, choices = {} }: TaskOptions): Promise<string[]> {
  const { prompt } = choices;
  if (prompt?.startsWith("drawn:")) {
    const path = dataPath(data, "gsm8k/train.jsonl");
    return drawnPrompt({ path, expected: LINES }, prompt);
  }
  const path = prompt ?? dataPath(data, "gsm8k/prompts/prompt_hardest.txt");
  const text = await textOf({
    path,
    expected: "Expected worked examples with blank lines between.",
  });
  return text.trim().split(/\n\s*\n/);
}

function itemOf({ question, answer }: Row, id: number): Item {
  return {
    id: String(id),
    suffix: `\n\nQuestion: ${question}\nLet's think step by step\n`,
    gold: solution(answer),
    answers: [resultOf(answer)],
  };
}
