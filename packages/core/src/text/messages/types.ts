/**
 * Chat messages as OpenAI and Anthropic have them, as far as they are looked at here.
 *
 * @module
 */
import type { Prompt, Span } from "../types.js";

/** Who speaks; Anthropic has `user` and `assistant` alone, with tool results in the user's messages. */
export type ChatRole = "system" | "developer" | "user" | "assistant" | "tool" | "function";

/** One piece of a message's content; kinds that are not named here are kept as they are. */
export type ContentBlock = {
  /** `text`, `refusal`, `tool_use`, `tool_result`, `thinking`; `image_url`, `image` and so on. */
  readonly type: string;
};

/** What every message has; all else it has is kept. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly ContentBlock[] | null;
}

export interface MessagesOptions {
  /** Share of the texts of a role to keep, (0, 1]; 1: verbatim. Default 1 for `system` and `developer`. */
  readonly roleRates?: Readonly<Partial<Record<ChatRole, number>>>;
  /** The last text of the user is verbatim; default true. */
  readonly keepLastUser?: boolean;
  /** This many messages at the end are verbatim; default 0. */
  readonly keepLast?: number;
  /**
   * Calls of tools and the frames of their results stay whatever is left of the results; default true.
   * False: a call and its results go together where nothing of the results stays, as long as
   * they are text alone, no reasoning stands beside the call, and none of it is protected. Sizes may then
   * end below what was asked for by as much as one call and its result's frame take.
   */
  readonly keepCalls?: boolean;
  /** Markdown code is verbatim; default true. */
  readonly keepCode?: boolean;
}

/** Messages as a prompt, and the way back. */
export interface MessagesPrompt<Message extends ChatMessage = ChatMessage> {
  readonly prompt: Prompt;
  /**
   * The messages again, in the same format, with what `kept` (sorted, disjoint spans of `prompt.text`,
   * already finished) leaves of their texts. Messages of which nothing changed are the very same objects.
   */
  readonly rebuild: (kept: readonly Span[]) => Message[];
}
