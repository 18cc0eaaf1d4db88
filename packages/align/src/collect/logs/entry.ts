/**
 * A log entry → its pairs: request and response wherever they stand. Pure.
 *
 * @module
 */
import type { Message } from "../../pairs/index.js";
import type { LoggedPair } from "../types.js";
import { type Request, requestOf, type Turn } from "./request.js";
import { type Response, responseOf } from "./response.js";
import { type Fields, firstOf, isSkip, type Skip } from "./values.js";

/** Names under which requests and responses are logged, the most telling ones first. */
const REQUESTS = ["request", "req", "params", "body", "kwargs"];
const RESPONSES = ["response", "resp", "result", "completion", "answer", "output", "generation"];

export interface Halves {
  readonly request?: Request | Skip;
  readonly response?: Response | Skip;
}

/** The request and the response of an entry, as far as they are there. */
export function halvesOf(entry: Fields): Halves {
  const response = responseIn(entry);
  const asked = firstOf(entry, REQUESTS);
  if (asked !== undefined) return { request: requestOf(asked.value), response };
  const request = requestOf(entry);
  if (!isSkip(request)) return { request, response };
  // `{"input": {…}, "output": {…}}`
  return { request: entry.input === undefined ? undefined : requestOf(entry.input), response };
}

/** A response under a name, or beside the request: `{"messages": …, "choices": …}`. */
function responseIn(entry: Fields): Halves["response"] {
  const { choices, output, status, error } = entry;
  const said = firstOf(entry, RESPONSES);
  // OpenAI's responses repeat the request: `{"input": …, "output": […], "status": "completed"}`.
  const isWhole = Array.isArray(choices) || (Array.isArray(output) && typeof status === "string");
  if (isWhole || error) return responseOf(entry);
  return said === undefined ? undefined : responseOf(said.value);
}

/**
 * The pairs of a request and its response; without a response the last message is the answer.
 *
 * @param allTurns - whether earlier turns of the assistant are answers too
 */
export function pairsOf(
  { request, response }: Halves,
  source: string,
  allTurns: boolean,
): readonly (LoggedPair | Skip)[] {
  if (request === undefined) return ["no prompt"];
  if (isSkip(request)) return [request];
  const { turns, model } = request;
  const named = model === undefined ? {} : { model };
  const earlier = allTurns ? earlierPairs(turns, { ...named, source }) : [];
  if (response === undefined) return [...earlier, lastTurn(turns, { ...named, source })];
  if (isSkip(response)) return [...earlier, response];
  const messages = promptOf(turns);
  return [
    ...earlier,
    typeof messages === "string" ? messages : { messages, ...named, ...response, source },
  ];
}

type Known = Pick<LoggedPair, "model" | "source">;

/** Of a conversation that holds its answer: fine-tuning files. */
function lastTurn(turns: readonly Turn[], known: Known): LoggedPair | Skip {
  const last = turns.at(-1);
  if (last === undefined) return "no prompt";
  if (isSkip(last)) return last;
  if (last.role !== "assistant") return "no answer";
  const messages = promptOf(turns.slice(0, -1));
  return typeof messages === "string" ? messages : { messages, answer: last.content, ...known };
}

/** Each of the assistant's turns but a last one, behind what led to it. */
function earlierPairs(turns: readonly Turn[], known: Known): readonly LoggedPair[] {
  return turns.slice(0, -1).flatMap((turn, at) => {
    if (isSkip(turn) || turn.role !== "assistant") return [];
    const messages = promptOf(turns.slice(0, at));
    return typeof messages === "string" ? [] : [{ messages, answer: turn.content, ...known }];
  });
}

/** A prompt ends with the user's words, and every turn of it is text. */
function promptOf(turns: readonly Turn[]): readonly Message[] | Skip {
  const messages: Message[] = [];
  for (const turn of turns) {
    if (isSkip(turn)) return turn;
    if (turn.content.trim() !== "") messages.push(turn);
  }
  const last = turns.at(-1);
  if (last === undefined || isSkip(last)) return "no prompt";
  if (last.role === "assistant") return "the answer's beginning is in the prompt";
  if (last.role !== "user") return "no prompt";
  return last.content.trim() === "" ? "empty prompt" : messages;
}
