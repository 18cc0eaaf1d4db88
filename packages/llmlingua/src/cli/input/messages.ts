/**
 * Chat messages as a JSON file, and the same file with other messages in it. Pure.
 *
 * @module
 */
import type { ChatMessage } from "../../index.js";
import { UsageError } from "../errors.js";
import { parseJson } from "./json.js";

export interface Conversation {
  /** Not looked at yet: the library says what is wrong with them. */
  readonly messages: readonly ChatMessage[];
  /** The file again, with these. */
  readonly rewrite: (messages: readonly ChatMessage[]) => string;
}

const SHAPE = "Expected an array of messages, or an object with messages.";

/** Throws UsageError when `json` holds no messages, or numbers that would be changed by reading them. */
export function parseConversation(json: string, name: string): Conversation {
  const given = parseJson(json, name, SHAPE);
  refuseLargeNumbers(json, name);
  if (Array.isArray(given)) return { messages: given, rewrite: pretty };
  if (isObject(given) && Array.isArray(given.messages)) {
    return {
      messages: given.messages,
      rewrite: (messages) => pretty({ ...given, messages }),
    };
  }
  const found = isObject(given) ? "an object without a list of messages" : typeof given;
  throw new UsageError(`${name} holds no messages: it is ${found}. ${SHAPE}`);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whole numbers beyond 2^53 (ids, mostly) come out of JSON.parse as others. */
function refuseLargeNumbers(json: string, name: string): void {
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!/^-?\d{16,}$/.test(token) || BigInt(token) === BigInt(Number(token))) continue;
    throw new UsageError(
      `${name} holds the number ${token}, which would not stay exact; write it as a string.`,
    );
  }
}
