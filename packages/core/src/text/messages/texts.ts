/**
 * The texts of chat messages, where they stand and what may happen to them. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type Fields, isFields, isGiven, TEXT_FIELDS } from "./check.js";
import type { ChatMessage, ChatRole } from "./types.js";

/** Where a text stands in a message: field names and indices from the message on. */
export type TextPath = readonly (string | number)[];

/** One text of a message. */
export interface MessageText {
  /** Index of the message. */
  readonly message: number;
  readonly path: TextPath;
  readonly text: string;
  /**
   * `text` is said by someone, `result` comes from a tool; both may get shorter. `fixed` (calls,
   * reasoning, refusals) is read and stays.
   */
  readonly kind: "text" | "result" | "fixed";
  /** Of a call and of its results: the call's id, where it has one. */
  readonly callId?: string;
  /** Who speaks; `tool` for a tool's result, wherever it stands. */
  readonly role: ChatRole;
}

/**
 * All texts of checked messages, in order; empty ones are none.
 *
 * @throws LlmlinguaError `invalid-prompt` for a tool's input that is no JSON value
 */
export function textsOf(messages: readonly ChatMessage[]): MessageText[] {
  return messages.flatMap((message, index) => {
    const role = message.role as ChatRole;
    const isResult = role === "tool" || role === "function";
    const { tool_call_id: id }: Fields = { ...message };
    const callId = role === "tool" ? idOf(id) : {};
    const kind = isResult ? ("result" as const) : ("text" as const);
    const base = { message: index, role, kind, ...callId };
    return [
      ...contentTexts(message.content, ["content"], base),
      ...callTexts({ ...message }, base),
    ].filter(({ text }) => text !== "");
  });
}

type Base = Pick<MessageText, "message" | "kind" | "role" | "callId">;

function idOf(id: unknown): { callId?: string } {
  return typeof id === "string" ? { callId: id } : {};
}

function contentTexts(content: unknown, path: TextPath, base: Base): MessageText[] {
  if (typeof content === "string") return [{ ...base, path, text: content }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block, i) => blockTexts(block, [...path, i], base));
}

function blockTexts(block: Fields, path: TextPath, base: Base): MessageText[] {
  const type = String(block.type);
  const field = TEXT_FIELDS[type];
  if (field !== undefined) {
    const kind = type === "text" ? base.kind : "fixed";
    return [{ ...base, kind, path: [...path, field], text: String(block[field]) }];
  }
  if (type === "tool_use") {
    const text = `${String(block.name)} ${jsonOf(block.input, base.message)}`;
    return [{ ...base, ...idOf(block.id), kind: "fixed", path: [...path, "input"], text }];
  }
  if (type !== "tool_result") return [];
  const result: Base = { ...base, ...idOf(block.tool_use_id), kind: "result", role: "tool" };
  return contentTexts(block.content, [...path, "content"], result);
}

function callTexts(message: Fields, base: Base): MessageText[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const called = [
    ...calls.map(({ id, function: own }, i) => ({ own, ...idOf(id), path: ["tool_calls", i] })),
    { own: message.function_call, path: ["function_call"] },
  ];
  return called.flatMap(({ own, ...at }) =>
    isFields(own)
      ? [{ ...base, ...at, kind: "fixed", text: `${String(own.name)} ${String(own.arguments)}` }]
      : [],
  );
}

function jsonOf(input: unknown, message: number): string {
  try {
    return isGiven(input) ? JSON.stringify(input) : "";
  } catch (cause) {
    throw new LlmlinguaError(
      "invalid-prompt",
      `Cannot read the input of a tool_use in messages[${message}]: it is no JSON value.`,
      { cause },
    );
  }
}
