/**
 * A conversation as a group: its history is what is compressed, its last message the question.
 *
 * @module
 */
import { LlmlinguaError, messagesPrompt } from "llmlingua";
import { layoutError } from "../files.js";
import type { Chat } from "../types.js";
import { historyOf, type Message, TURN_JOINT, turnOf } from "./turns.js";

/** What a group and its item have of the messages. */
export interface ChatParts {
  readonly contexts: readonly string[];
  readonly question: string;
  readonly chat: Chat;
  /** The last message and the label of its answer. */
  readonly suffix: string;
}

/** Where messages are read. */
export interface Place {
  /** File, and line or entry. */
  readonly where: string;
  /** The field that has the messages. */
  readonly field: string;
}

/**
 * @param messages - two or more, the last one with words
 * @throws EvaluationError `data-layout` for what `compressMessages` would not take
 */
export function chatParts(messages: readonly Message[], place: Place): ChatParts {
  checkMessages(messages, place);
  const last = messages[messages.length - 1];
  const content = last.content;
  return {
    contexts: historyOf(messages),
    question: typeof content === "string" ? content : turnOf(last),
    chat: {
      messages,
      textOfHistory: (left) => historyOf(left as readonly Message[]).join(TURN_JOINT),
    },
    suffix: `${TURN_JOINT}${turnOf(last)}${TURN_JOINT}Assistant:`,
  };
}

/** A result without its call, a call without an id: the library says what it cannot read. */
function checkMessages(messages: readonly Message[], { where, field }: Place): void {
  try {
    messagesPrompt(messages);
  } catch (cause) {
    if (!(cause instanceof LlmlinguaError)) throw cause;
    const [, at, why] = /^Cannot read messages(\S*): (.*)$/s.exec(cause.message) ?? [];
    throw layoutError(where, [field + (at ?? "")], why ?? cause.message, { cause });
  }
}
