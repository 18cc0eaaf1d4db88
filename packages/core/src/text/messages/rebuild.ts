/**
 * Chat messages with shorter texts. Pure: what was given is left alone.
 *
 * @module
 */
import { toSource } from "../source.js";
import type { Prompt, Span } from "../types.js";
import { isFields, isGiven } from "./check.js";
import { spansWithin } from "./join.js";
import type { MessageText, TextPath } from "./texts.js";
import type { ChatMessage } from "./types.js";

/** The texts of messages, the prompt each was read as, and where that lies in the joined text. */
export interface ReadTexts {
  readonly texts: readonly MessageText[];
  readonly prompts: readonly Prompt[];
  readonly spans: readonly Span[];
}

/** The messages with what `kept` leaves of their texts; emptied ones are gone where they may be. */
export function rebuildMessages<Message extends ChatMessage>(
  messages: readonly Message[],
  { texts, prompts, spans }: ReadTexts,
  kept: readonly Span[],
): Message[] {
  const changed = new Map<number, { path: TextPath; text: string }[]>();
  for (const [i, own] of spansWithin(kept, spans).entries()) {
    const { message, path, text, kind } = texts[i];
    if (kind === "fixed") continue;
    const left = textOf(prompts[i], own);
    if (left === text) continue;
    const changes = changed.get(message) ?? [];
    changed.set(message, [...changes, { path, text: left }]);
  }
  return messages.flatMap((message, i) => {
    const changes = changed.get(i);
    if (changes === undefined) return [message];
    let copy: Message = message;
    for (const { path, text } of changes) copy = withText(copy, path, text) as Message;
    const settled = withoutEmptied(message, copy);
    return settled === undefined ? [] : [settled];
  });
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

/** Without text blocks that were emptied, for no API takes them; nothing when the message is to go. */
function withoutEmptied<Message extends ChatMessage>(
  before: Message,
  after: Message,
): Message | undefined {
  const { content } = after;
  const isCalling = isGivenField(before, "tool_calls") || isGivenField(before, "function_call");
  const isAnswer = before.role === "tool" || before.role === "function";
  if (!Array.isArray(content)) {
    const isKept = isCalling || isAnswer || !isBlank(content);
    return isKept || hasOther(before) ? after : undefined;
  }
  const left = content.filter((block, i) => !isEmptied(before.content?.[i], block));
  if (left.length > 0) return { ...after, content: left };
  return isCalling || isAnswer ? after : undefined;
}
