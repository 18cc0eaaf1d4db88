/**
 * GSM8K: eight worked examples, compressed once for all test questions.
 *
 * Prompt: gsm8k/prompts/prompt_hardest.txt or --prompt FILE, its blank-line blocks are the contexts.
 * Items: gsm8k/test.jsonl in order.
 */
import { join } from "node:path";
import { textOf } from "../../answers.mjs";

export const gsm8k = {
  sizes: { tokens: [442, 179, 112] },
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
  groups({ data, prompt = join(data, "gsm8k/prompts/prompt_hardest.txt"), items = Infinity }) {
    const contexts = textOf(prompt)
      .trim()
      .split(/\n\s*\n/);
    const questions = textOf(join(data, "gsm8k/test.jsonl")).trim().split("\n").slice(0, items);
    const rows = questions.map((line, id) => {
      const { question, answer } = JSON.parse(line);
      return {
        id: String(id),
        suffix: `\n\nQuestion: ${question}\nLet's think step by step\n`,
        gold: solution(answer),
        answers: [answer.split("####")[1].trim()],
      };
    });
    return [{ id: "gsm8k", instruction: "", contexts, rule: "gsm8k", max_new: 320, rows }];
  },
};

/** As in the prompts: without the calculator's notes, the result in a sentence. */
function solution(answer) {
  return answer.replace(/<<[^>]*>>/g, "").replace(/\n#### (.*)$/, "\nThe answer is $1");
}
