/**
 * The names of a prompt and of its group, by what they say. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Message, Pair } from "./types.js";

/** Hex digits of an id. */
const LENGTH = 16;

/** SHA-256 of roles and contents in order, the first 16 hex digits: the same prompt, the same id. */
export function pairId(messages: readonly Message[]): string {
  const said = messages.map(({ role, content }) => [role, content.toWellFormed()]);
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, LENGTH);
}

/** What a pair is held out with: its group, or itself alone. */
export function groupOf({ id, group }: Pick<Pair, "id" | "group">): string {
  return group ?? id;
}

/**
 * The group of a conversation: the id of its first user's message alone, so that a prompt of that message only
 * is in it without being told.
 */
export function conversationGroup(messages: readonly Message[]): string {
  const first = messages.find(({ role }) => role === "user");
  return pairId(first === undefined ? messages : [first]);
}
