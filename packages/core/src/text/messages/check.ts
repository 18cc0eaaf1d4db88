/**
 * Whether messages are messages: shapes, roles, calls and their results. Pure.
 *
 * Strict on what is read here; all other fields are the caller's.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { ChatMessage, ChatRole } from "./types.js";

export const ROLES: readonly string[] = [
  "system",
  "developer",
  "user",
  "assistant",
  "tool",
  "function",
] satisfies ChatRole[];

/** An object whose fields are not known. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks what will be read of the messages.
 *
 * @throws LlmlinguaError `invalid-prompt`, naming the place, what was expected and what was found
 */
export function checkMessages(messages: unknown): asserts messages is readonly ChatMessage[] {
  if (!Array.isArray(messages)) throw unexpected("messages", "an array", messages);
  const calls: Calls = new Map();
  for (const [i, message] of messages.entries()) checkMessage(message, `messages[${i}]`, calls);
}

function checkMessage(message: unknown, at: string, calls: Calls): void {
  if (!isFields(message)) throw unexpected(at, "an object with role and content", message);
  const { role, content } = message;
  if (typeof role !== "string" || !ROLES.includes(role)) {
    throw unexpected(`${at}.role`, ROLES.join(", "), role);
  }
  const isEmpty = content === undefined || content === null;
  if (Array.isArray(content)) {
    for (const [i, block] of content.entries()) checkBlock(block, `${at}.content[${i}]`, calls);
  } else if (typeof content !== "string" && !(isEmpty && role === "assistant")) {
    throw unexpected(`${at}.content`, "a string or an array of blocks", content);
  }
  checkCalls(message, at, calls);
  if (role === "tool") answerCall(calls, message.tool_call_id, `${at}.tool_call_id`);
  if (role === "function") answerCall(calls, message.name, `${at}.name`);
}

function checkCalls(message: Fields, at: string, calls: Calls): void {
  const { tool_calls: toolCalls, function_call: functionCall } = message;
  if (isGiven(functionCall)) {
    calls.set(checkFunction(functionCall, `${at}.function_call`), "open");
  }
  if (!isGiven(toolCalls)) return;
  if (!Array.isArray(toolCalls)) throw unexpected(`${at}.tool_calls`, "an array", toolCalls);
  for (const [i, call] of toolCalls.entries()) {
    const where = `${at}.tool_calls[${i}]`;
    if (!isFields(call)) throw unexpected(where, "an object with id and function", call);
    if (isGiven(call.function)) checkFunction(call.function, `${where}.function`);
    openCall(calls, call.id, `${where}.id`);
  }
}

/** The function's name. */
function checkFunction(called: unknown, at: string): string {
  if (!isFields(called)) throw unexpected(at, "an object with name and arguments", called);
  for (const name of ["name", "arguments"]) {
    if (typeof called[name] !== "string")
      throw unexpected(`${at}.${name}`, "a string", called[name]);
  }
  return String(called.name);
}

function checkBlock(block: unknown, at: string, calls: Calls): void {
  if (!isFields(block) || typeof block.type !== "string") {
    throw unexpected(at, "an object with a type", isFields(block) ? block.type : block);
  }
  const { type } = block;
  const field = TEXT_FIELDS[type];
  if (field !== undefined && typeof block[field] !== "string") {
    throw unexpected(`${at}.${field}`, "a string", block[field]);
  }
  if (type === "tool_use") openCall(calls, block.id, `${at}.id`);
  if (type !== "tool_result") return;
  answerCall(calls, block.tool_use_id, `${at}.tool_use_id`);
  const { content } = block;
  if (Array.isArray(content)) {
    for (const [i, inner] of content.entries()) checkBlock(inner, `${at}.content[${i}]`, calls);
  } else if (isGiven(content) && typeof content !== "string") {
    throw unexpected(`${at}.content`, "a string or an array of blocks", content);
  }
}

/** Where blocks of these types have their text. */
export const TEXT_FIELDS: Readonly<Record<string, string | undefined>> = Object.assign(
  Object.create(null),
  { text: "text", refusal: "refusal", thinking: "thinking" },
);

/** State of the calls so far, by id; an id may come again once its call is answered. */
type Calls = Map<string, "open" | "answered">;

function openCall(calls: Calls, id: unknown, at: string): void {
  if (typeof id !== "string") throw unexpected(at, "a string", id);
  if (calls.get(id) === "open") {
    throw unexpected(at, "an id that no call without a result has", id);
  }
  calls.set(id, "open");
}

function answerCall(calls: Calls, id: unknown, at: string): void {
  if (typeof id !== "string") throw unexpected(at, "a string", id);
  if (!calls.has(id)) throw unexpected(at, "the id of a call before it", id);
  calls.set(id, "answered");
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function unexpected(at: string, expected: string, found: unknown): LlmlinguaError {
  const what =
    typeof found === "string"
      ? JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)
      : found === null || found === undefined
        ? String(found)
        : Array.isArray(found)
          ? "an array"
          : `${typeof found === "object" ? "an" : "a"} ${typeof found}`;
  return new LlmlinguaError(
    "invalid-prompt",
    `Cannot read ${at}: expected ${expected}, found ${what}.`,
  );
}
