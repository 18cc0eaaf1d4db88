/**
 * The prompt in a logged request. Pure.
 *
 * | request                                             | whose                                  |
 * | --------------------------------------------------- | -------------------------------------- |
 * | `{"messages": […]}`                                 | OpenAI chat, Ollama, most gateways     |
 * | `{"system": …, "messages": […]}`                    | Anthropic messages                     |
 * | `{"prompt": "…"}`                                   | OpenAI completions, Anthropic's former |
 * | `{"instructions": …, "input": "…" or […]}`          | OpenAI responses                       |
 * | `{"body": {…}}`, `{"params": {…}}`, `{"kwargs": …}` | OpenAI's and Anthropic's batches       |
 * | a text, or a list of messages                       | loggers of `input` and `output`        |
 *
 * @module
 */
import { contentText, type LoggedMessage, messageOf } from "./content.js";
import { type Fields, fieldsOf, firstOf, isSkip, type Skip, textOr, unpacked } from "./values.js";

export interface Request {
  readonly turns: readonly Turn[];
  readonly model?: string;
}

/** A message, or why it cannot be read: what stands before it may be used all the same. */
export type Turn = LoggedMessage | Skip;

const INNER = ["body", "params", "kwargs", "request", "json", "data"];
const DEEPEST = 4;

/** What was asked; `no prompt` where nothing that is known stands there. */
export function requestOf(given: unknown, depth = 0): Request | Skip {
  const value = unpacked(given);
  if (typeof value === "string") return { turns: promptTurns(value) };
  if (Array.isArray(value)) return { turns: value.map(messageOf).filter(saysSomething) };
  const fields = fieldsOf(value);
  if (fields === undefined) return "no prompt";
  const turns = turnsOf(fields);
  const model = textOr(fields.model);
  if (turns !== undefined) {
    return { turns: turns.filter(saysSomething), ...(model !== undefined && { model }) };
  }
  const inner = firstOf(fields, INNER);
  if (inner === undefined || depth === DEEPEST) return "no prompt";
  return requestOf(inner.value, depth + 1);
}

function turnsOf(fields: Fields): readonly Turn[] | undefined {
  const messages = unpacked(fields.messages);
  if (Array.isArray(messages)) return [...systemOf(fields.system), ...messages.map(messageOf)];
  const { prompt } = fields;
  const one = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof one === "string") return [...systemOf(fields.system), ...promptTurns(one)];
  const input = unpacked(fields.input);
  if (typeof input === "string") return [...systemOf(fields.instructions), ...promptTurns(input)];
  if (Array.isArray(input)) return [...systemOf(fields.instructions), ...input.map(messageOf)];
  return undefined;
}

function systemOf(system: unknown): readonly Turn[] {
  const said = contentText(system);
  return isSkip(said) ? [said] : [{ role: "system", content: said.text }];
}

/** Anthropic's former completions mark turns in the text. */
function promptTurns(prompt: string): readonly Turn[] {
  const marked = /^\s*Human: ([\s\S]*?)\n\nAssistant:\s*$/.exec(prompt);
  const content =
    marked !== null && !/\n\n(?:Human|Assistant):/.test(marked[1]) ? marked[1] : prompt;
  return [{ role: "user", content }];
}

/** Empty system messages and reasoning alone are no turns; an empty question is. */
function saysSomething(turn: Turn): boolean {
  return isSkip(turn) || turn.role === "user" || turn.content.trim() !== "";
}
