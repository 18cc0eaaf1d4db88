/**
 * A chat as a prompt, and the chat again from what is kept of it. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { jsonPrompt } from "../json/prompt.js";
import { isJsonDocument } from "../json/scan.js";
import { codeSpans } from "../markdown.js";
import { blockSpans } from "../prompt.js";
import { mergeSpans } from "../protect.js";
import { isCharacterEdge } from "../segments.js";
import type { Prompt, Span } from "../types.js";
import { checkMessages, ROLES } from "./check.js";
import { exchangesOf, withoutEmptied } from "./exchanges.js";
import { joinPrompts } from "./join.js";
import { rebuildMessages } from "./rebuild.js";
import { type MessageText, textsOf } from "./texts.js";
import type { ChatMessage, MessagesOptions, MessagesPrompt } from "./types.js";

/**
 * Reads OpenAI- or Anthropic-style messages (told by their shape, never converted) as one prompt: the
 * blank-line blocks of what is said are contexts, a tool's result that is JSON stays JSON
 * (`pairs: "optional"`), calls with their arguments, reasoning and refusals are verbatim, and so are
 * by default the system's texts, the last text of the user (the question) and Markdown code.
 *
 * Calls and results stay paired: neither is removed (`keepCalls: false`: but both together), and of a
 * result in plain text the first word stays. Other messages go when nothing is left of their texts, unless they hold something else
 * (an image) or open the conversation. What is no text is never touched, nor is `messages`.
 *
 * A role's rate of less than 1 holds for whole texts and for the long strings of JSON results; their
 * short values are kept or dropped by the rate of the call.
 *
 * @throws LlmlinguaError `invalid-prompt` for what are no messages, for a result without a call before
 * it and for a call whose id another call still waits under; `invalid-option` for the options
 */
export function messagesPrompt<Message extends ChatMessage>(
  messages: readonly Message[],
  options: MessagesOptions = {},
): MessagesPrompt<Message> {
  checkMessages(messages);
  checkOptions(options);
  const texts = textsOf(messages);
  const isVerbatim = verbatimTest(messages, texts, options);
  const question = options.keepLastUser === false ? undefined : lastUserText(texts);
  const exchanges = options.keepCalls === false ? exchangesOf(messages, texts) : [];
  const mayGo = new Set(exchanges.flatMap(({ results }) => results));
  const opening = messages.findIndex(({ role }) => role !== "system" && role !== "developer");
  const prompts = texts.map((text, i) => {
    if (text.kind === "fixed") return fixedPrompt(text.text);
    if (isVerbatim(text)) return verbatimPrompt(text.text, text === question);
    const rate = options.roleRates?.[text.role];
    if (text.kind === "result" && isJsonDocument(text.text)) {
      return jsonPrompt(text.text, {}, { pairs: "optional", rate });
    }
    const mustStay = (text.kind === "result" && !mayGo.has(i)) || text.message === opening;
    const code = options.keepCode === false ? [] : codeSpans(text.text);
    return plainPrompt(text.text, rate, mustStay ? [...firstWord(text.text), ...code] : code);
  });
  const { prompt, spans } = joinPrompts(prompts);
  const rebuild = (kept: readonly Span[]) =>
    rebuildMessages(messages, { texts, prompts, spans, exchanges }, kept);
  const finish = (kept: readonly Span[], spared?: readonly Span[]) =>
    withoutEmptied(prompt.finish?.(kept) ?? kept, exchanges, {
      spans,
      parts: prompt.parts,
      spared,
    });
  const finishing = exchanges.length > 0 ? { finish } : {};
  return { prompt: { ...prompt, ...finishing, form: "messages" }, rebuild };
}

/** Read, counted, and none of the contexts. */
function fixedPrompt(text: string): Prompt {
  return { text, parts: [], verbatim: [{ start: 0, end: text.length }] };
}

function verbatimPrompt(text: string, isQuestion: boolean): Prompt {
  if (text.trim() === "") return fixedPrompt(text);
  const kind = isQuestion ? "question" : "context";
  return { text, parts: [{ kind, index: 0, start: 0, end: text.length, rate: 1 }] };
}

/** A text with a rate of its own is one context; another's blank-line blocks are. */
function plainPrompt(text: string, rate: number | undefined, verbatim: readonly Span[]): Prompt {
  const blocks = blockSpans(text);
  const whole = blocks.length === 0 || rate === undefined ? [] : [{ start: 0, end: text.length }];
  const spans = rate === undefined ? blocks : whole;
  const parts = spans.map(({ start, end }, index) => {
    const part = { kind: "context" as const, index, start, end };
    return rate === undefined ? part : { ...part, rate };
  });
  return { text, parts, verbatim: mergeSpans(verbatim) };
}

/** A first word is kept to this many characters: it may be no word at all. */
const LONGEST_WORD = 64;

function firstWord(text: string): Span[] {
  const start = text.search(/\S/);
  if (start < 0) return [];
  const length = text.slice(start, start + LONGEST_WORD).search(/\s/);
  let end = length < 0 ? Math.min(text.length, start + LONGEST_WORD) : start + length;
  while (!isCharacterEdge(text, end)) end++;
  return [{ start, end }];
}

function lastUserText(texts: readonly MessageText[]): MessageText | undefined {
  return texts.findLast(({ kind, role }) => kind === "text" && role === "user");
}

function verbatimTest(
  messages: readonly ChatMessage[],
  texts: readonly MessageText[],
  { roleRates = {}, keepLastUser = true, keepLast = 0 }: MessagesOptions,
): (text: MessageText) => boolean {
  const rates = { system: 1, developer: 1, ...roleRates };
  const lastUser = keepLastUser ? lastUserText(texts)?.message : undefined;
  return ({ message, kind, role }) =>
    rates[role] === 1 ||
    message >= messages.length - keepLast ||
    (message === lastUser && kind === "text");
}

function checkOptions({
  roleRates = {},
  keepLast = 0,
  keepLastUser = true,
  keepCalls = true,
}: MessagesOptions): void {
  if (typeof roleRates !== "object" || roleRates === null) {
    throw invalidOption(`roleRates is ${String(roleRates)}; give rates by role`);
  }
  if (typeof keepLastUser !== "boolean") {
    throw invalidOption(`keepLastUser is ${String(keepLastUser)}; give true or false`);
  }
  if (typeof keepCalls !== "boolean") {
    throw invalidOption(`keepCalls is ${String(keepCalls)}; give true or false`);
  }
  for (const [role, rate] of Object.entries(roleRates)) {
    if (!ROLES.includes(role)) {
      throw invalidOption(`roleRates has ${role}; the roles are ${ROLES.join(", ")}`);
    }
    if (rate === undefined || (typeof rate === "number" && rate > 0 && rate <= 1)) continue;
    throw invalidOption(`roleRates.${role} is ${String(rate)}; give a number above 0, at most 1`);
  }
  if (!Number.isInteger(keepLast) || keepLast < 0) {
    throw invalidOption(`keepLast is ${String(keepLast)}; give a whole number of messages`);
  }
}

function invalidOption(what: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", `The option ${what}.`);
}
