/**
 * Reads prompts and seeds, JSON lines: strict, a line that cannot be used names file, line and field.
 *
 * @module
 */
import { z } from "zod";
import { AlignmentError } from "../errors.js";
import { jsonOf, linesOf, MESSAGES, type Message, reasonOf, TEXT } from "../pairs/index.js";
import type { Prompt } from "./types.js";

const LINE = z
  .strictObject({
    id: z.union([z.string(), z.number()]).optional(),
    prompt: TEXT.optional(),
    messages: MESSAGES.optional(),
    group: TEXT.optional(),
  })
  .superRefine(({ prompt, messages }, context) => {
    if ((prompt === undefined) !== (messages === undefined)) return;
    const message =
      prompt === undefined
        ? "there must be prompt or messages"
        : "give messages or prompt, not both";
    context.addIssue({ code: "custom", path: ["prompt"], message });
  });

/** Fields of Self-Instruct's `seed_tasks.jsonl` that are not read are known all the same. */
const SEED = z
  .strictObject({
    id: z.union([z.string(), z.number()]).optional(),
    name: z.unknown().optional(),
    instances: z.unknown().optional(),
    is_classification: z.unknown().optional(),
    prompt: TEXT.optional(),
    instruction: TEXT.optional(),
  })
  .refine(({ prompt, instruction }) => (prompt === undefined) !== (instruction === undefined), {
    path: ["prompt"],
    message: "there must be prompt or instruction",
  });

/** How the files look, for errors. */
const FORM = 'A line is {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}';

/**
 * The prompts of a file.
 *
 * @param system - is put before prompts that have no system message of their own
 * @throws AlignmentError `data-missing`, `data-layout`, also for a file without a prompt
 */
export async function readPrompts(path: string, system?: string): Promise<readonly Prompt[]> {
  const lines = await readLines(path, LINE);
  return lines.map(({ value: { prompt, messages, group }, where }) => {
    const said = messages ?? [{ role: "user", content: prompt ?? "" } as const];
    const asked = { messages: withSystem(said, system), where, source: "endpoint" } as const;
    return group === undefined ? asked : { ...asked, group };
  });
}

/** Instructions that others are modelled on. */
export async function readSeeds(path: string): Promise<readonly string[]> {
  const lines = await readLines(path, SEED);
  return [...new Set(lines.map(({ value }) => value.prompt ?? value.instruction ?? ""))];
}

/** `messages` with a system message first; their own stays. */
export function withSystem(messages: readonly Message[], system?: string): readonly Message[] {
  if (system === undefined || messages.some(({ role }) => role === "system")) return messages;
  return [{ role: "system", content: system }, ...messages];
}

async function readLines<T>(
  path: string,
  schema: z.ZodType<T>,
): Promise<readonly { readonly value: T; readonly where: string }[]> {
  const values: { value: T; where: string }[] = [];
  for await (const { line, text } of linesOf(path)) {
    const json = jsonOf(text);
    if (typeof json === "string") throw damaged(path, line, json);
    const result = schema.safeParse(json.json);
    if (!result.success) throw damaged(path, line, reasonOf(result.error));
    values.push({ value: result.data, where: `${path}:${line}` });
  }
  if (values.length === 0) {
    throw new AlignmentError("data-layout", `${path} has no prompt. ${FORM}.`);
  }
  return values;
}

function damaged(path: string, line: number, reason: string): AlignmentError {
  const message = `${path}, line ${line}: ${reason}. ${FORM}; plain text is not read.`;
  return new AlignmentError("data-layout", message);
}
