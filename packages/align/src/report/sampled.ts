/**
 * Reads a sampled answer with the log-probabilities of its tokens. Pure.
 *
 * @module
 */
import { z } from "zod";

/** An answer drawn from the target, and how likely the target was to begin so. */
export interface Sampled {
  /** Not empty. */
  readonly text: string;
  /** Sum of ln p of the text's tokens, in nats (≤ 0); the end of the answer is not in it. */
  readonly nats: number;
  readonly tokens: number;
  /** Whether the target ended by itself. */
  readonly finished: boolean;
}

/** Why a sample is of no use: `no-logprobs` will be so of every sample. */
export interface Unusable {
  readonly why: "no-logprobs" | "empty" | "other-text";
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

const answer = z.looseObject({ choices: z.array(choice).min(1) });

/** How far above 0 a log-probability may lie by rounding. */
const ROUNDING = 1e-3;

/**
 * The answer in a reply of `/chat/completions`; undefined where it is none.
 *
 * Tokens behind the text (some servers list the end) are left out. Tokens that spell another text than the
 * answer's are of no use: nobody knows what their probabilities are of.
 */
export function sampledOf(json: unknown): Sampled | Unusable | undefined {
  const parsed = answer.safeParse(json);
  if (!parsed.success) return undefined;
  const [{ message, logprobs, finish_reason: reason }] = parsed.data.choices;
  const tokens = logprobs?.content;
  const content = message.content ?? "";
  if (content === "") return { why: "empty" };
  if (!tokens || tokens.length === 0) return { why: "no-logprobs" };
  const used = spelling(tokens, content);
  if (used === undefined) return { why: "other-text" };
  let nats = 0;
  for (const { logprob } of used.tokens) {
    if (logprob === null || !(logprob <= ROUNDING)) return { why: "no-logprobs" };
    nats += Math.min(0, logprob);
  }
  const finished = reason !== "length";
  return { text: used.text, nats, tokens: used.tokens.length, finished };
}

type Token = z.infer<typeof token>;

/** The first tokens that spell the content, or all of them where it differs by white space at its ends. */
function spelling(
  tokens: readonly Token[],
  content: string,
): { readonly text: string; readonly tokens: readonly Token[] } | undefined {
  const pieces = tokens.map(({ bytes, token }) =>
    bytes ? Buffer.from(bytes) : Buffer.from(token),
  );
  const wanted = Buffer.from(content);
  let [at, length] = [0, 0];
  while (at < pieces.length && length < wanted.length) length += pieces[at++].length;
  const all = Buffer.concat(pieces);
  if (length === wanted.length && all.subarray(0, length).equals(wanted)) {
    return { text: content, tokens: tokens.slice(0, at) };
  }
  const text = all.toString();
  return text.trim() === content.trim() ? { text, tokens } : undefined;
}
