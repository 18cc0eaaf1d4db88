/**
 * A conversation as a group: its history is what is compressed, its last message the question.
 *
 * @module
 */
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

/** @param messages - two or more, the last one with words */
export function chatParts(messages: readonly Message[]): ChatParts {
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
