/**
 * Chat messages with shorter texts. Pure: what was given is left alone.
 *
 * @module
 */
import { toSource } from "../source.js";
import type { Prompt, Span } from "../types.js";
import { isFields, isGiven } from "./check.js";
import type { Exchange } from "./exchanges.js";
import { spansWithin } from "./join.js";
import type { MessageText, TextPath } from "./texts.js";
import type { ChatMessage } from "./types.js";

/** The texts of messages, the prompt each was read as, and where that lies in the joined text. */
export interface ReadTexts {
  readonly texts: readonly MessageText[];
  readonly prompts: readonly Prompt[];
  readonly spans: readonly Span[];
  /** Calls and results that may be gone. */
  readonly exchanges: readonly Exchange[];
}

/** The messages with what `kept` leaves of their texts; emptied ones are gone where they may be. */
export function rebuildMessages<Message extends ChatMessage>(
  messages: readonly Message[],
  { texts, prompts, spans, exchanges }: ReadTexts,
  kept: readonly Span[],
): Message[] {
  const all = spansWithin(kept, spans);
  const gone = exchanges
    .filter(({ call }) => all[call].length === 0)
    .flatMap(({ call, results }) => [call, ...results]);
  const removed = new Map<number, TextPath[]>();
  for (const { message, path } of gone.map((i) => texts[i])) {
    removed.set(message, [...(removed.get(message) ?? []), path]);
  }
  const changed = new Map<number, { path: TextPath; text: string }[]>();
  const isGone = new Set(gone);
  for (const [i, own] of all.entries()) {
    const { message, path, text, kind } = texts[i];
    if (kind === "fixed" || isGone.has(i)) continue;
    const left = textOf(prompts[i], own);
    if (left === text) continue;
    const changes = changed.get(message) ?? [];
    changes.push({ path, text: left });
    changed.set(message, changes);
  }
  return messages.flatMap((message, i) => {
    const changes = changed.get(i) ?? [];
    const paths = removed.get(i) ?? [];
    if (changes.length + paths.length === 0) return [message];
    let copy: Message = message;
    for (const { path, text } of changes) copy = withText(copy, path, text) as Message;
    const left = withoutRemoved(copy, paths);
    const settled = left && withoutEmptied(withoutRemoved(message, paths) ?? message, left);
    return settled === undefined ? [] : [settled];
  });
}

/** Without the calls and results that stood at `paths`; nothing where the message was no more than that. */
function withoutRemoved<Message extends ChatMessage>(
  message: Message,
  paths: readonly TextPath[],
): Message | undefined {
  if (paths.length === 0) return message;
  if (message.role === "tool") return undefined;
  const { tool_calls: calls, ...rest }: ChatMessage & { tool_calls?: unknown } = message;
  const isLeft = (field: string) => (_: unknown, i: number) =>
    !paths.some(([name, at]) => name === field && at === i);
  const left = Array.isArray(calls) ? calls.filter(isLeft("tool_calls")) : [];
  const content = Array.isArray(rest.content)
    ? rest.content.filter(isLeft("content"))
    : rest.content;
  if (left.length === 0 && !isGiven(content) && !hasOther(rest)) return undefined;
  return { ...rest, content, ...(left.length > 0 && { tool_calls: left }) } as unknown as Message;
}

function textOf({ text, source }: Prompt, kept: readonly Span[]): string {
  const from = source?.text ?? text;
  const spans = source ? toSource(source, kept) : kept;
  return spans.map(({ start, end }) => from.slice(start, end)).join("");
}

/** A copy of `value` in which `text` stands at `path`; the rest is shared. */
function withText(value: unknown, path: TextPath, text: string): unknown {
  if (path.length === 0) return text;
  const [name, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item, i) => (i === name ? withText(item, rest, text) : item));
  }
  const fields = value as Record<string | number, unknown>;
  return { ...fields, [name]: withText(fields[name], rest, text) };
}

/**
 * Without text blocks that were emptied, for no API takes them; nothing when the message is to go:
 * neither a call nor a result, and nothing left in it.
 */
function withoutEmptied<Message extends ChatMessage>(
  before: Message,
  after: Message,
): Message | undefined {
  const isNeeded = before.role === "tool" || before.role === "function" || hasOther(before);
  const { content } = after;
  if (!Array.isArray(content)) return isNeeded || !isBlank(content) ? after : undefined;
  const given: unknown = before.content;
  const left = content.filter((block, i) => !Array.isArray(given) || !isEmptied(given[i], block));
  if (left.length > 0) return { ...after, content: left };
  return isNeeded ? after : undefined;
}

/** Fields beside the content that say something. */
const OTHERS = ["tool_calls", "function_call", "audio", "refusal"];

function hasOther(message: ChatMessage): boolean {
  const fields = new Map<string, unknown>(Object.entries(message));
  return OTHERS.some((name) => {
    const value = fields.get(name);
    return Array.isArray(value) ? value.length > 0 : isGiven(value);
  });
}

function isEmptied(before: unknown, after: unknown): boolean {
  if (!isFields(before) || !isFields(after) || before.type !== "text") return false;
  return isBlank(after.text) && !isBlank(before.text);
}

function isBlank(text: unknown): boolean {
  return typeof text === "string" && text.trim() === "";
}
