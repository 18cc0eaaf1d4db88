/**
 * A group's prompt as text, and as what the library compresses.
 *
 * @module
 */
import type { PartKind, Prompt, PromptPart } from "llmlingua";
import type { Group } from "../tasks/types.js";

/** What lies between instruction and contexts, and before a question. */
const BLANK_LINE = "\n\n";

/** The instruction and these contexts as one text. */
export function bodyOf({ instruction, joint }: Group, contexts: readonly string[]): string {
  const body = contexts.join(joint);
  return instruction !== "" && body !== "" ? instruction + BLANK_LINE + body : instruction + body;
}

/** The same as a prompt of parts; the question only where `asks`. */
export function promptOfGroup(group: Group, asks: boolean): Prompt {
  const { instruction, contexts, joint, question } = group;
  let text = "";
  const parts: PromptPart[] = [];
  const add = (kind: PartKind, index: number, own: string, between: string) => {
    if (text !== "") text += between;
    parts.push({ kind, index, start: text.length, end: text.length + own.length });
    text += own;
  };
  if (instruction !== "") add("instruction", 0, instruction, "");
  for (const [i, context] of contexts.entries()) {
    add("context", i, context, i > 0 ? joint : BLANK_LINE);
  }
  if (asks && question !== undefined) add("question", 0, question, BLANK_LINE);
  return { text, parts };
}
