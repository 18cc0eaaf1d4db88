/**
 * What a line of `pairs.jsonl` may be: strict, so that a misspelt field is an error. Pure.
 *
 * @module
 */
import { z } from "zod";
import { pairId } from "./id.js";
import type { Message, Pair } from "./types.js";

/** Text with something in it; halves of a surrogate pair become U+FFFD. */
export const TEXT = z
  .string("it must be a text")
  .refine((text) => text.trim() !== "", "it is empty")
  .transform((text) => text.toWellFormed());

/** One message of a prompt. */
export const MESSAGE: z.ZodType<Message> = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: TEXT,
});

/** A prompt: messages of which the last is the user's. */
export const MESSAGES: z.ZodType<readonly Message[]> = z
  .array(MESSAGE, "it must be a list of messages")
  .min(1, "there must be a message")
  .refine((messages) => messages.at(-1)?.role === "user", "the last message must be the user's");

const LINE = z.strictObject({
  id: z.string().optional(),
  messages: MESSAGES,
  answer: TEXT,
  model: z.string().optional(),
  source: z.string().optional(),
  finished: z.boolean("it must be true or false").optional(),
  group: TEXT.optional(),
});

/** A line of `pairs.jsonl`; the id may be left out. */
export const PAIR: z.ZodType<Pair> = LINE.transform((line, context) => {
  const { id, messages, answer, model, source, finished, group } = line;
  const own = pairId(messages);
  if (id !== undefined && id !== own) {
    const message = `it is ${id}, that of these messages is ${own}; leave it out`;
    context.addIssue({ code: "custom", path: ["id"], message });
  }
  return {
    id: own,
    messages,
    answer,
    ...(model !== undefined && { model }),
    ...(source !== undefined && { source }),
    ...(finished !== undefined && { finished }),
    ...(group !== undefined && { group }),
  };
});

/** What is wrong with a value, with the field: `field answer: it is empty`. */
export function reasonOf({ issues: [issue] }: z.ZodError): string {
  const field = issue.path.reduce<string>(
    (left, key) => (typeof key === "number" ? `${left}[${key}]` : `${left}.${String(key)}`),
    "",
  );
  const why = issue.message.slice(0, LONGEST);
  return field === "" ? why : `field ${field.replace(/^\./, "")}: ${why}`;
}

/** Characters of a message, which may quote what was read. */
const LONGEST = 200;
