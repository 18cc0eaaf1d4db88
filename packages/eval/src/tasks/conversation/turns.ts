/**
 * Messages as text: one turn, and the history before the last message. Pure.
 *
 * @module
 */
import { z } from "zod";

const PART = z.looseObject({ type: z.string(), text: z.string().optional() });
const CALL = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

/** A message in OpenAI's format; fields that are not read are kept. */
export const MESSAGE = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(PART)], "it must be a text or a list of parts").nullish(),
  tool_calls: z.array(CALL).nullish(),
});

export type Message = z.infer<typeof MESSAGE>;

/** What lies between two turns. */
export const TURN_JOINT = "\n\n";

const LABELS = {
  system: "System",
  developer: "System",
  user: "User",
  assistant: "Assistant",
  tool: "Tool",
} as const satisfies Record<Message["role"], string>;

/** The label and words of a message, then its calls, a line each; "" where it says nothing. */
export function turnOf(message: Message): string {
  const words = wordsOf(message);
  const said = words === "" ? [] : [`${LABELS[message.role]}: ${words}`];
  const called = (message.tool_calls ?? []).map(
    (call) => `Assistant calls ${call.function.name}: ${call.function.arguments}`,
  );
  return [...said, ...called].join("\n");
}

/** The text of a message, trimmed. */
export function wordsOf({ content }: Message): string {
  const text = Array.isArray(content) ? content.map((part) => part.text ?? "").join("") : content;
  return (text ?? "").trim();
}

/** Turns of the messages before `end` that say something. */
export function historyOf(messages: readonly Message[], end = messages.length - 1): string[] {
  const turns = messages.slice(0, end).map(turnOf);
  return turns.filter((turn) => turn !== "");
}
