/**
 * A line of a user's prompts.jsonl.
 *
 * @module
 */
import { z } from "zod";
import { MESSAGE } from "../conversation/turns.js";
import { isNumber } from "../number.js";
import type { MetricName } from "../types.js";

const METRICS = [
  "gsm8k",
  "bbh",
  "subspan",
  "exact",
  "f1",
  "rouge",
  "bleu",
  "bertscore",
] as const satisfies readonly MetricName[];

const SHAPES = ["prompt", "contexts", "context", "messages"] as const;

/** Strict: a field that is misspelt is an error, not left out. */
export const OWN_LINE = z
  .strictObject({
    id: z.string().min(1).optional(),
    prompt: z.string().min(1).optional(),
    instruction: z.string().optional(),
    contexts: z.array(z.string().min(1)).min(1).optional(),
    context: z.string().min(1).optional(),
    question: z.string().min(1).optional(),
    messages: z.array(MESSAGE).min(2, "there must be two or more").optional(),
    expected: z
      .union([z.string(), z.array(z.string()).min(1)], "it must be a text or a list of texts")
      .optional(),
    metric: z.enum(METRICS).optional(),
  })
  .superRefine((line, context) => {
    const wrong = problemOf(line) ?? answerProblemOf(line);
    if (wrong) context.addIssue({ code: "custom", path: wrong.slice(0, 1), message: wrong[1] });
  });

export type OwnLine = z.infer<typeof OWN_LINE>;

type Fields = Readonly<
  Partial<Record<(typeof SHAPES)[number] | "instruction" | "question", unknown>>
>;

/** The field that does not go with the others, and why. */
function problemOf(line: Fields): [field: string, why: string] | undefined {
  const given = SHAPES.filter((name) => line[name] !== undefined);
  if (given.length === 0) return ["prompt", `there must be one of ${SHAPES.join(", ")}`];
  if (given.length > 1) return [given[1], `there is ${given[0]} already; give one of them`];
  if (given[0] === "messages") {
    const beside = (["instruction", "question"] as const).find((name) => line[name] !== undefined);
    return beside && [beside, "it does not go with messages, whose last one is the question"];
  }
  if (given[0] === "prompt" && line.instruction !== undefined) {
    return ["instruction", "it goes with context or contexts; a prompt has it in its text"];
  }
  return undefined;
}

interface Answer {
  readonly metric?: MetricName;
  readonly expected?: string | readonly string[];
}

/** The same of an answer that the line's metric could not be taken of. */
function answerProblemOf({ metric, expected }: Answer): [field: string, why: string] | undefined {
  const first = typeof expected === "object" ? expected[0] : expected;
  if (metric !== "gsm8k" || first === undefined || isNumber(first)) return undefined;
  return ["expected", `the metric gsm8k expects a number, not ${JSON.stringify(first)}`];
}
