/**
 * A line of GSM8K's files.
 *
 * @module
 */
import { z } from "zod";

export const ROW = z.object({
  question: z.string().min(1),
  answer: z.string().regex(/####\s*\S/, 'the answer must end in "#### N"'),
});

export type Row = z.infer<typeof ROW>;

/** As in the prompts: without the calculator's notes, the result in a sentence. */
export function solution(answer: string): string {
  return answer.replace(/<<[^>]*>>/g, "").replace(/\n#### (.*)$/, "\nThe answer is $1");
}
