/**
 * Reads a sampled answer with the log-probabilities of its tokens. Pure.
 *
 * @module
 */
import type { Usage } from "@llmlingua/eval";
import { z } from "zod";

/** An answer drawn from the target, and how likely the target was to say so. */
export interface Sampled {
  /** Not empty. */
  readonly text: string;
  /** Sum of ln p of the text's tokens, in nats (≤ 0); the end of the answer is not in it. */
  readonly nats: number;
  /** ln p of the answer's end behind this text, in nats (≤ 0); absent where the server does not list it. */
  readonly end?: number;
  /** Of the text. */
  readonly tokens: number;
  /** Whether the target ended by itself. */
  readonly finished: boolean;
  /** Absent where the server does not say. */
  readonly usage?: Usage;
}

/** Why a sample is of no use: `no-logprobs` will be so of every sample. */
export interface Unusable {
  readonly why: "no-logprobs" | "empty" | "other-text";
  readonly usage?: Usage;
}

const token = z.looseObject({
  token: z.string(),
  logprob: z.number().nullable(),
  bytes: z.array(z.int().min(0).max(255)).nullish().catch(undefined),
});

const choice = z.looseObject({
  message: z.looseObject({ content: z.string().nullish() }),
  finish_reason: z.string().nullish().catch(undefined),
  logprobs: z
    .looseObject({ content: z.array(token).nullish() })
    .nullish()
    .catch(undefined),
});

const count = z.int().nonnegative();

const usage = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.looseObject({ cached_tokens: count }).nullish().catch(undefined),
});

const answer = z.looseObject({
  choices: z.array(choice).min(1),
  usage: usage.nullish().catch(undefined),
});

type Token = z.infer<typeof token>;

/** How far above 0 a log-probability may lie by rounding. */
const ROUNDING = 1e-3;

/**
 * The answer in a reply of `/chat/completions`; undefined where it is none.
 *
 * Tokens that spell another text than the answer's are of no use: nobody knows what their probabilities are of.
 */
export function sampledOf(json: unknown): Sampled | Unusable | undefined {
  const parsed = answer.safeParse(json);
  if (!parsed.success) return undefined;
  const { choices, usage: said } = parsed.data;
  const found = readChoice(choices[0]);
  if (!said) return found;
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = said;
  const cachedTokens = said.prompt_tokens_details?.cached_tokens ?? 0;
  return { ...found, usage: { promptTokens, completionTokens, cachedTokens } };
}

function readChoice({ message, logprobs, finish_reason: reason }: z.infer<typeof choice>) {
  const listed = logprobs?.content;
  const content = message.content ?? "";
  if (content === "") return { why: "empty" } as const;
  if (!listed || listed.length === 0) return { why: "no-logprobs" } as const;
  const finished = reason !== "length";
  const closing = finished ? closingOf(listed, content) : undefined;
  const used = spelling(closing === undefined ? listed : listed.slice(0, -1), content);
  if (used === undefined) return { why: "other-text" } as const;
  const { text, tokens, isAll } = used;
  if (!tokens.every(isLogprob)) return { why: "no-logprobs" } as const;
  const nats = tokens.reduce((sum, one) => sum + natsOf(one), 0);
  const hasEnd = closing !== undefined && isLogprob(closing) && isAll;
  return { text, nats, ...(hasEnd && { end: natsOf(closing) }), tokens: tokens.length, finished };
}

function isLogprob({ logprob }: Token): boolean {
  return logprob !== null && logprob <= ROUNDING;
}

function natsOf({ logprob }: Token): number {
  return Math.min(0, logprob ?? 0);
}

function pieceOf({ bytes, token }: Token): Buffer {
  return bytes ? Buffer.from(bytes) : Buffer.from(token);
}

/** Tokens that end an answer: `<|im_end|>`, `</s>`, `[EOS]`, or without any text. */
const CLOSING = /^(<[^<>\s]+>|\[[A-Z_]+\])?$/;

/** The last token where it ends the answer and is no part of its text. */
function closingOf(tokens: readonly Token[], content: string): Token | undefined {
  const last = tokens[tokens.length - 1];
  const text = pieceOf(last).toString();
  const isSaid = text !== "" && content.trimEnd().endsWith(text);
  return CLOSING.test(text) && !isSaid ? last : undefined;
}

interface Spelt {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Whether no token is left behind the text. */
  readonly isAll: boolean;
}

/** All tokens where they spell the content, white space at its ends aside; else the first that do. */
function spelling(tokens: readonly Token[], content: string): Spelt | undefined {
  const pieces = tokens.map(pieceOf);
  const wanted = Buffer.from(content);
  const all = Buffer.concat(pieces);
  if (all.equals(wanted)) return { text: content, tokens, isAll: true };
  const text = all.toString();
  if (text.trim() === content.trim()) return { text, tokens, isAll: true };
  let [at, length] = [0, 0];
  while (at < pieces.length && length < wanted.length) length += pieces[at++].length;
  const isSpelt = length === wanted.length && all.subarray(0, length).equals(wanted);
  return isSpelt ? { text: content, tokens: tokens.slice(0, at), isAll: false } : undefined;
}
