/**
 * Scoring a text of any length with a model that reads a limited number of tokens.
 *
 * The text is read in pieces. When the model's window is full, reading goes on after the start token
 * and the last half of the window, so every token is scored given at least half a window (or
 * everything before it).
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { breather } from "../schedule.js";
import type { TokenScorer } from "./types.js";

/** Options of {@link scoreText}. */
export interface ScoreTextOptions {
  /** Tokens the text follows, without a start token: read, not scored. Default none. */
  readonly history?: Uint32Array;
  /** Most tokens of context and text in one call; default the smaller of `maxTokens` and 2048. */
  readonly window?: number;
  readonly signal?: AbortSignal;
  /** Called after each piece with the tokens scored so far and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Most new tokens in one call: bounds memory (logits) and the wait until an abort is heard. */
const PIECE_TOKENS = 256;

const DEFAULT_WINDOW = 2048;

/**
 * Surprisal (−logprob, nats, ≥ 0) of every token of a text, length n.
 *
 * When the scorer has no start token and there is no history, the first token has no score; it gets
 * the highest surprisal of the others, or 0 when it is alone.
 *
 * @param ids - the text's tokens, without a start token
 * @throws LlmlinguaError `invalid-option`, `aborted`, `closed`, `scorer-failed`
 */
export async function scoreText(
  scorer: TokenScorer,
  ids: Uint32Array,
  { history, window, signal, onProgress }: ScoreTextOptions = {},
): Promise<Float32Array> {
  const size = checkedWindow(scorer, window);
  const breath = breather(signal);
  const surprisals = new Float32Array(ids.length);
  let context = firstContext(scorer, history, size);
  const alone = context.length === 0;
  let done = 0;
  while (done < ids.length) {
    await breath.pause();
    if (context.length >= size) context = lastHalf(scorer, context, size);
    const end = Math.min(done + PIECE_TOKENS, done + size - context.length, ids.length);
    const call = concat(context, ids.subarray(done, end));
    const logprobs = await scorer.score(call, { from: context.length, signal });
    for (let index = done; index < end; index++) surprisals[index] = -logprobs[index - done];
    context = call;
    done = end;
    onProgress?.(done, ids.length);
  }
  if (alone) fillFirst(surprisals);
  return surprisals;
}

function firstContext(
  scorer: TokenScorer,
  history: Uint32Array | undefined,
  size: number,
): Uint32Array {
  const context = concat(startOf(scorer), history ?? new Uint32Array(0));
  return context.length < size ? context : lastHalf(scorer, context, size);
}

/** The start token and as much of the end of `context` as half a window holds. */
function lastHalf(scorer: TokenScorer, context: Uint32Array, size: number): Uint32Array {
  const start = startOf(scorer);
  const kept = Math.floor(size / 2) - start.length;
  return concat(start, context.subarray(context.length - kept));
}

function startOf({ startToken }: TokenScorer): Uint32Array {
  return startToken === undefined ? new Uint32Array(0) : Uint32Array.of(startToken);
}

function concat(one: Uint32Array, other: Uint32Array): Uint32Array {
  const both = new Uint32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function checkedWindow(scorer: TokenScorer, window: number | undefined): number {
  const size = window ?? Math.min(scorer.maxTokens, DEFAULT_WINDOW);
  if (Number.isInteger(size) && size >= 4 && size <= scorer.maxTokens) return size;
  throw new LlmlinguaError(
    "invalid-option",
    `window is ${size}; it must be a whole number from 4 to ${scorer.maxTokens}, what ${scorer.name} reads at once.`,
  );
}

function fillFirst(surprisals: Float32Array): void {
  if (surprisals.length === 0) return;
  surprisals[0] = surprisals.subarray(1).reduce((most, value) => Math.max(most, value), 0);
}
