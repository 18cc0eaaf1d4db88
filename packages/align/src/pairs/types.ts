/**
 * Pairs: what the large model was asked, and what it said. LLMLingua (Jiang et al., 2023), §4.3, Equation 5.
 *
 * @module
 */

export type Role = "system" | "user" | "assistant";

/** One message of a prompt, in OpenAI's words. */
export interface Message {
  readonly role: Role;
  readonly content: string;
}

/** One line of `pairs.jsonl`. */
export interface Pair {
  /** Of the prompt alone: SHA-256 of its messages, the first 16 hex digits. */
  readonly id: string;
  /** At least one, the last of them the user's. */
  readonly messages: readonly Message[];
  /** What the target answered, not empty. */
  readonly answer: string;
  /** The target's name, where it is known. */
  readonly model?: string;
  /** Where it comes from: `endpoint`, `self-instruct`, or `FILE:LINE` of a log. */
  readonly source?: string;
  /** Whether the target ended by itself; absent = not known. */
  readonly finished?: boolean;
  /** Pairs of one group are held out together: turns of a conversation, a question in several forms. Absent = alone. */
  readonly group?: string;
}
