/**
 * A pair → the tokens that the small model reads, and where the answer begins. Pure.
 *
 * @module
 */
import type { Tokenizer } from "@llmlingua/core";
import type { Message, Pair } from "../pairs/types.js";

/** `plain`: bare text, which is what the scorer reads in use. `chatml`: the instruct model's own form. */
export type Template = "plain" | "chatml";

export const TEMPLATES = ["plain", "chatml"] as const satisfies readonly Template[];

export interface EncodeOptions {
  readonly template: Template;
  /** Tokens of the window, at least 8. */
  readonly maxTokens: number;
}

export interface EncodedPair {
  /** Vocabulary ids, at most `maxTokens`. */
  readonly ids: Uint32Array;
  /** Index of the answer's first token, at least 1. */
  readonly from: number;
  /** What did not fit: the beginning of the prompt, the end of the answer. */
  readonly cut: "none" | "prompt" | "answer" | "both";
}

const [END_OF_TEXT, MESSAGE_START, MESSAGE_END] = [0, 1, 2];
const BLANK_LINE = "\n\n";
const SYSTEM: Message = {
  role: "system",
  content: "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
};

/** Prompt and answer in tokens, whole. */
interface Whole {
  /** Stays in front of whatever is left of the prompt. */
  readonly start: readonly number[];
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
  /** Stands behind an answer that is whole. */
  readonly end: readonly number[];
}

/**
 * Encodes a pair. Where it is longer than the window, the prompt loses its beginning, down to half of the
 * window; then the answer loses its end, with the token that would close it.
 */
export function encodePair(
  pair: Pair,
  tokenizer: Pick<Tokenizer, "encode">,
  { template, maxTokens }: EncodeOptions,
): EncodedPair {
  const encode = template === "plain" ? plain : chatml;
  const { start, prompt, answer, end } = encode(pair, tokenizer);
  const closed = [...answer, ...end];
  const room = maxTokens - start.length;
  const answerRoom = Math.max(Math.ceil(maxTokens / 2), room - prompt.length);
  const said = closed.length <= answerRoom ? closed : answer.slice(0, answerRoom);
  const asked = prompt.slice(Math.max(0, prompt.length - (room - said.length)));
  const cutPrompt = asked.length < prompt.length;
  const cutAnswer = said.length < closed.length;
  return {
    ids: Uint32Array.from([...start, ...asked, ...said]),
    from: start.length + asked.length,
    cut: cutPrompt ? (cutAnswer ? "both" : "prompt") : cutAnswer ? "answer" : "none",
  };
}

/** Messages and answer joined by blank lines, read as one text: tokens at the seam are those of use. */
function plain({ messages, answer, finished }: Pair, tokenizer: Pick<Tokenizer, "encode">): Whole {
  const asked = messages.map(({ content }) => content + BLANK_LINE).join("");
  const split = splitAt(asked, answer, tokenizer);
  return { start: [END_OF_TEXT], ...split, end: finished === false ? [] : [END_OF_TEXT] };
}

/** `<|im_start|>role`, a new line, the content, `<|im_end|>`, a new line; as SmolLM2's template. */
function chatml({ messages, answer, finished }: Pair, tokenizer: Pick<Tokenizer, "encode">): Whole {
  const all = messages[0]?.role === "system" ? messages : [SYSTEM, ...messages];
  const ids = (text: string) => Array.from(tokenizer.encode(text).ids);
  const turns = all.flatMap(({ role, content }) => [
    MESSAGE_START,
    ...ids(`${role}\n${content}`),
    MESSAGE_END,
    ...ids("\n"),
  ]);
  const last = splitAt("assistant\n", answer, tokenizer);
  return {
    start: [],
    prompt: [...turns, MESSAGE_START, ...last.prompt],
    answer: last.answer,
    end: finished === false ? [] : [MESSAGE_END],
  };
}

/** Tokens of `before` + `text`; a token that reaches into `text` belongs to it, as do all of its first character. */
function splitAt(before: string, text: string, tokenizer: Pick<Tokenizer, "encode">) {
  const { ids, offsets } = tokenizer.encode(before + text);
  const isBefore = (at: number) => offsets[at] < before.length && offsets[at + 1] <= before.length;
  let at = 0;
  while (at < ids.length && isBefore(at)) at++;
  return { prompt: Array.from(ids.subarray(0, at)), answer: Array.from(ids.subarray(at)) };
}
