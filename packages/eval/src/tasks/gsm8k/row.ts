/**
 * A line of GSM8K's files.
 *
 * @module
 */
import { z } from "zod";
import { isNumber } from "../number.js";

export const ROW = z.object({
  question: z.string().min(1),
  answer: z
    .string()
    .regex(/####\s*\S/, 'the answer must end in "#### N"')
    .refine((answer) => isNumber(resultOf(answer)), {
      error: ({ input }) =>
        `what follows #### must be a number, not ${JSON.stringify(resultOf(String(input)))}`,
    }),
});

export type Row = z.infer<typeof ROW>;

/** What follows `####`. */
export function resultOf(answer: string): string {
  return (answer.split("####")[1] ?? "").trim();
}

/** As in the prompts: without the calculator's notes, the result in a sentence. */
export function solution(answer: string): string {
  return answer.replace(/<<[^>]*>>/g, "").replace(/\n#### (.*)$/, "\nThe answer is $1");
}
