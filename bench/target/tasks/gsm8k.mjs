/**
 * GSM8K: eight worked examples, compressed once for all test questions.
 *
 * Prompt: gsm8k/prompts/prompt_hardest.txt or --prompt FILE, its blank-line blocks are the contexts. Or
 * --prompt drawn:LEAST-MOST:SEED: eight of gsm8k/train.jsonl whose solutions have so many steps.
 * Items: gsm8k/test.jsonl in order.
 */
import { join } from "node:path";
import { textOf } from "../../answers.mjs";
import { mulberry32 } from "../conditions.mjs";

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
    const contexts = prompt.startsWith("drawn:")
      ? drawnFrom(join(data, "gsm8k/train.jsonl"), prompt)
      : textOf(prompt)
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

const DEMONSTRATIONS = 8;

function drawnFrom(file, how) {
  const [, least, most, seed] = how.match(/^drawn:(\d+)-(\d+):(\d+)$/) ?? [];
  if (seed === undefined) throw new Error(`--prompt is ${how}; it must be drawn:LEAST-MOST:SEED.`);
  const pool = textOf(file)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ answer }) => {
      const steps = answer.split("\n").length - 1;
      return steps >= Number(least) && steps <= Number(most);
    });
  const random = mulberry32(Number(seed));
  for (let i = pool.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return pool
    .slice(0, DEMONSTRATIONS)
    .map(
      ({ question, answer }) =>
        `Question: ${question.trim()}\nLet's think step by step\n${solution(answer).trim()}`,
    );
}

/** As in the prompts: without the calculator's notes, the result in a sentence. */
function solution(answer) {
  return answer.replace(/<<[^>]*>>/g, "").replace(/\n#### (.*)$/, "\nThe answer is $1");
}
