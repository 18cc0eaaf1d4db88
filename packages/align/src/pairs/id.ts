/**
 * The name of a prompt, by what it says. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Message } from "./types.js";

/** Hex digits of an id. */
const LENGTH = 16;

/** SHA-256 of roles and contents in order, the first 16 hex digits: the same prompt, the same id. */
export function pairId(messages: readonly Message[]): string {
  const said = messages.map(({ role, content }) => [role, content.toWellFormed()]);
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, LENGTH);
}
