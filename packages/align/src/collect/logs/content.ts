/**
 * Contents of messages as texts. Pure.
 *
 * | content                                             | read as                        |
 * | --------------------------------------------------- | ------------------------------ |
 * | a text                                              | itself                         |
 * | parts `text`, `input_text`, `output_text`           | their texts together           |
 * | parts `thinking`, `redacted_thinking`, `reasoning`  | nothing: they are no answer    |
 * | parts `tool_use`, `tool_result`, `function_call` …  | skipped: `tool calls`          |
 * | parts `image`, `image_url`, `input_audio`, `file` … | skipped                        |
 *
 * @module
 */
import type { Message, Role } from "../../pairs/index.js";
import { type Fields, fieldsOf, isSkip, type Skip, textOr } from "./values.js";

/** A message of a log, its text possibly empty. */
export type LoggedMessage = Message;

const TEXTS = new Set(["text", "input_text", "output_text"]);
const THOUGHTS = new Set(["thinking", "redacted_thinking", "reasoning"]);

const ROLES: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  model: "assistant",
  ai: "assistant",
};

/** The text of a message's content, "" where there is none. */
export function contentText(content: unknown): { readonly text: string } | Skip {
  if (content === undefined || content === null) return { text: "" };
  if (typeof content === "string") return { text: content };
  const parts = Array.isArray(content) ? content : [content];
  let text = "";
  for (const part of parts) {
    const said = typeof part === "string" ? part : partText(fieldsOf(part));
    if (said === undefined) return partSkip(fieldsOf(part));
    text += said;
  }
  return { text };
}

function partText(part: Fields | undefined): string | undefined {
  if (part === undefined) return undefined;
  const type = textOr(part.type) ?? "text";
  if (THOUGHTS.has(type)) return "";
  return TEXTS.has(type) ? textOr(part.text) : undefined;
}

function partSkip(part: Fields | undefined): Skip {
  const type = textOr(part?.type) ?? "";
  if (type === "refusal") return "a refusal";
  return /tool|function|call|search/.test(type) ? "tool calls" : "images, sound or files";
}

/** A message of any provider's. */
export function messageOf(value: unknown): LoggedMessage | Skip {
  const fields = fieldsOf(value);
  if (fields === undefined) return "no prompt";
  if (fields.type === "reasoning") return { role: "assistant", content: "" };
  if (callsTools(fields)) return "tool calls";
  const named = textOr(fields.role) ?? "";
  const role = Object.hasOwn(ROLES, named) ? ROLES[named] : undefined;
  if (role === undefined) return "a role that is not known";
  const said = contentText(fields.content);
  if (isSkip(said)) return said;
  if (said.text === "" && textOr(fields.refusal)) return "a refusal";
  return { role, content: said.text };
}

const TOOL_ROLES = new Set(["tool", "function"]);
const TOOL_TYPES = /^(?:.+_call|.+_call_output|item_reference)$/;

/** Whether a message asks for a tool or is a tool's answer. */
function callsTools({ role, type, tool_calls, function_call }: Fields): boolean {
  if (TOOL_ROLES.has(textOr(role) ?? "") || TOOL_TYPES.test(textOr(type) ?? "")) return true;
  return (
    (Array.isArray(tool_calls) && tool_calls.length > 0) || fieldsOf(function_call) !== undefined
  );
}
