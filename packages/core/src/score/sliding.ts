/**
 * Scoring a text of any length with a model that reads a limited number of tokens.
 *
 * The text is read in pieces. When the model's window is full it moves on by half of itself, so every
 * token is scored given at least a quarter of a window (or everything before it).
 *
 * @module
 */
import { LlmlinguaError, untilAborted } from "../errors.js";
import { breather } from "../schedule.js";
import type { ScoreStream, TokenScorer } from "./types.js";

/** Options of {@link scoreText}. */
export interface ScoreTextOptions {
  /** Tokens the text follows, without a start token: read, not scored. Default none. */
  readonly history?: Uint32Array;
  /**
   * Tokens in front of everything that stay in the window while it moves on (a question to condition
   * on), without a start token. Of more than half a window the last half stays. Default none.
   */
  readonly prefix?: Uint32Array;
  /** See `ScoreOptions.stream`; default 0. */
  readonly stream?: ScoreStream;
  /** Most tokens of context and text in one call; default the smaller of `maxTokens` and 2048. */
  readonly window?: number;
  readonly signal?: AbortSignal;
  /** Called after each piece with the tokens scored so far and their total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Most new tokens in one call: bounds memory (logits) and the wait until an abort is heard. */
const PIECE_TOKENS = 256;

/** Most tokens read at once where nothing else is asked for. */
export const DEFAULT_WINDOW = 2048;

const NONE = new Uint32Array(0);

/** How far above 0 a log-probability may lie by rounding. */
const ROUNDING = 1e-3;

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
  { history = NONE, prefix = NONE, stream, window, signal, onProgress }: ScoreTextOptions = {},
): Promise<Float32Array> {
  const size = checkedWindow(scorer, window);
  const start = pinned(startOf(scorer), prefix, size >> 1);
  const room = size - start.length;
  const piece = Math.min(PIECE_TOKENS, Math.max(1, room >> 2));
  const breath = breather(signal);
  const surprisals = new Float32Array(ids.length);
  for (let done = 0; done < ids.length; ) {
    await breath.pause();
    const end = Math.min(done + piece, ids.length);
    const first = firstInWindow(history.length + end, room);
    const context = concat(
      start,
      history.subarray(first),
      ids.subarray(Math.max(0, first - history.length), done),
    );
    const call = concat(context, ids.subarray(done, end));
    const scoring = scorer.score(call, { from: context.length, stream, signal });
    const logprobs = await untilAborted(scoring, signal);
    checkLogprobs(scorer, logprobs, end - done, context.length);
    for (let index = done; index < end; index++) surprisals[index] = -logprobs[index - done];
    done = end;
    onProgress?.(done, ids.length);
  }
  if (start.length + history.length === 0) fillFirst(surprisals);
  return surprisals;
}

/**
 * First token of the window that ends at token `end`. It moves on in steps of half a window, so
 * that calls that follow one another begin alike and what a scorer remembers stays useful.
 */
function firstInWindow(end: number, room: number): number {
  const step = (room + 1) >> 1;
  return end <= room ? 0 : Math.ceil((end - room) / step) * step;
}

/** A scorer that answers nonsense must not pass for one that was sure. */
function checkLogprobs(
  scorer: TokenScorer,
  logprobs: Float32Array,
  wanted: number,
  from: number,
): void {
  const isLogprob = (value: number, index: number) =>
    (value <= ROUNDING && value > Number.NEGATIVE_INFINITY) || from + index === 0;
  const wrong = logprobs.findIndex((value, index) => !isLogprob(value, index));
  if (logprobs.length === wanted && wrong === -1) return;
  const found =
    wrong === -1 ? `${logprobs.length} values` : `${logprobs[wrong]} at position ${from + wrong}`;
  throw new LlmlinguaError(
    "scorer-failed",
    `The scorer ${scorer.name} answered ${found}; expected ${wanted} finite log-probabilities, at most 0.`,
  );
}

/** Start token and prefix; of a prefix longer than `most` its end. */
function pinned(start: Uint32Array, prefix: Uint32Array, most: number): Uint32Array {
  return concat(start, prefix.subarray(Math.max(0, prefix.length - most)));
}

function startOf({ startToken }: TokenScorer): Uint32Array {
  return startToken === undefined ? new Uint32Array(0) : Uint32Array.of(startToken);
}

function concat(...arrays: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
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
