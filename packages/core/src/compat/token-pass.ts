/**
 * The Python reference's token pass, slips included: the one file that repeats them.
 *
 * LLMLingua (Jiang et al., 2023), §4.2, Algorithm 2, as microsoft/LLMLingua e0e9d99 runs it:
 * a token is judged by the loss of the token *after* it, against a threshold taken from all losses
 * known so far, and what the last whole window does not reach is kept. Negative bounds count from
 * the end, in Python's slices and in `subarray` and `fill` alike; several slips rest on that.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted } from "../errors.js";
import { concat, pad, select, sizeMismatch } from "./arrays.js";
import { judge, judgeContrast, keepSplits } from "./judge.js";
import type { Stretch, Window } from "./plan.js";
import type { Losses, LossStream } from "./types.js";

/** Positions at the front of the cache that a trim spares, beside the prefix. */
const CACHE_HEAD = 10;

export interface TokenPassInput {
  /** The prefix (`start` tokens of question), then the contexts joined by blank lines; length n. */
  readonly ids: Uint32Array;
  readonly plan: readonly Window[];
  readonly iterativeSize: number;
  /** S: tokens of prefix, which are not part of the result. */
  readonly start: number;
  /** Judge by the difference between the losses without and with the prefix. */
  readonly conditionCompare: boolean;
  readonly keepSplit: boolean;
  readonly splitToken: number;
  readonly maxPositions: number;
  readonly signal?: AbortSignal;
}

export interface TokenPassResult {
  readonly kept: Uint32Array;
  /** Where each kept id stands in the input's `ids`; ascending, same length as `kept`. */
  readonly indexes: Uint32Array;
}

interface Stream {
  readonly name: LossStream;
  ids: Uint32Array;
  cache: Uint32Array;
  /** Losses aligned to `ids` (entry i is the loss of id i + 1), as far as the slips leave them so. */
  losses: Float32Array;
  /** Where the next losses are written. */
  ready: number;
}

interface State {
  readonly input: TokenPassInput;
  readonly full: Stream;
  readonly free: Stream | undefined;
  /** Positions in the input of `full.ids`. */
  indexes: Uint32Array;
  /** Positions in the input of what a trim moved out of reach. */
  popped: Uint32Array;
  /** 1 for a doubled split token. */
  flags: Uint8Array | undefined;
  /** Where the current window ends, in `full.ids`. */
  end: number;
}

/**
 * Runs the reference's `iterative_compress_prompt` over given ids.
 *
 * Windows the plan does not cover are kept whole, where the reference fails with an IndexError.
 *
 * @throws LlmlinguaError `invalid-option` where the reference fails on a size mismatch (two
 * windows and the prefix larger than `maxPositions`), `aborted`, and whatever `losses` throws
 */
export async function tokenPass(input: TokenPassInput, losses: Losses): Promise<TokenPassResult> {
  const state = begin(input);
  for (let round = 0; state.end <= state.full.ids.length && round < input.plan.length; round++) {
    throwIfAborted(input.signal);
    if (state.end > input.maxPositions && round >= 2) trim(state);
    if (!(await score(state, round === 0, losses))) break;
    for (const stretch of input.plan[round]) decide(state, stretch);
  }
  const indexes = concat(state.popped, state.indexes).slice(input.start);
  return { kept: indexes.map((index) => input.ids[index]), indexes };
}

function begin(input: TokenPassInput): State {
  const { ids, start } = input;
  const stream = (name: LossStream, ids: Uint32Array): Stream => ({
    name,
    ids,
    cache: new Uint32Array(0),
    losses: new Float32Array(0),
    ready: 0,
  });
  return {
    input,
    full: stream("full", ids),
    free: input.conditionCompare ? stream("question-free", ids.slice(start)) : undefined,
    indexes: Uint32Array.from(ids, (_, index) => index),
    popped: new Uint32Array(0),
    flags: input.keepSplit ? flagSplits(ids, input.splitToken) : undefined,
    end: Math.min(input.iterativeSize + start, ids.length),
  };
}

function flagSplits(ids: Uint32Array, splitToken: number): Uint8Array {
  return Uint8Array.from(ids, (id, i) =>
    id === splitToken && (ids[i - 1] === splitToken || ids[i + 1] === splitToken) ? 1 : 0,
  );
}

/** Moves the oldest ids out of reach and cuts as many positions out of the cache's middle. */
function trim(state: State): void {
  const excess = state.end - state.input.maxPositions;
  const head = Math.min(CACHE_HEAD + state.input.start, state.input.maxPositions);
  state.popped = concat(state.popped, state.indexes.subarray(0, excess));
  state.indexes = state.indexes.slice(excess);
  state.flags = state.flags?.slice(excess);
  state.end -= excess;
  trimStream(state.full, excess, head);
  if (state.free) trimStream(state.free, excess, Math.min(head, state.free.cache.length - excess));
}

function trimStream(stream: Stream, excess: number, head: number): void {
  stream.ids = stream.ids.slice(excess);
  stream.cache = concat(stream.cache.subarray(0, head), stream.cache.subarray(head + excess));
  stream.ready -= excess;
}

/** False when there was nothing to score. The first round reads everything and caches nothing. */
async function score(state: State, first: boolean, losses: Losses): Promise<boolean> {
  const { start } = state.input;
  if (!(await scoreStream(state, state.full, state.end, first, losses))) return false;
  if (state.free) await scoreStream(state, state.free, state.end - start, first, losses);
  return true;
}

async function scoreStream(
  state: State,
  stream: Stream,
  end: number,
  first: boolean,
  losses: Losses,
): Promise<boolean> {
  const { iterativeSize, maxPositions, signal, start } = state.input;
  const { cache } = stream;
  const until = Math.min(first ? stream.ids.length : end, cache.length + maxPositions);
  const fresh = stream.ids.slice(cache.length, until);
  const found = await losses({ cache, fresh, stream: stream.name, signal });
  if (found.length !== Math.max(0, fresh.length - 1)) {
    throw new LlmlinguaError(
      "scorer-failed",
      `The scorer gave ${found.length} losses for ${fresh.length} tokens; expected one fewer than tokens.`,
    );
  }
  if (stream.name === "full" && found.length === 0) return false;
  stream.losses = first ? found.slice() : write(stream, end - 1, found);
  stream.cache = first ? new Uint32Array(0) : concat(cache, fresh).slice(0, end - iterativeSize);
  stream.ready = first && start > 0 ? 0 : end - iterativeSize;
  return true;
}

/** Known losses with `found` written over `ready … until`; a single value fills the whole stretch. */
function write(stream: Stream, until: number, found: Float32Array): Float32Array {
  const length = Math.min(until, stream.losses.length + found.length);
  const losses = pad(stream.losses, length, 0);
  const target = losses.subarray(stream.ready, until);
  if (found.length === 1) target.fill(found[0]);
  else if (found.length === target.length) target.set(found);
  else throw sizeMismatch(found.length, target.length);
  return losses;
}

/** Drops what falls below the threshold in one stretch of the window. */
function decide(state: State, [tokens, rate]: Stretch): void {
  const { full, free, input } = state;
  const bound = state.end - input.iterativeSize + tokens;
  let keep = free
    ? judgeContrast(full.losses, free.losses, input.start, rate)
    : judge(full.losses, rate);
  keep.fill(1, bound);
  keep.fill(1, 0, bound - tokens);
  full.losses = select(full.losses, keep.subarray(0, -1));
  if (free) {
    keep = pad(keep, free.losses.length + input.start + 1, 1);
    free.losses = select(free.losses, keep.subarray(input.start, -1));
  }
  keep = pad(keep, full.ids.length, 1).slice(0, full.ids.length);
  if (state.flags) keepSplits(keep, state.flags, full.ids, input.splitToken, bound - tokens, bound);
  full.ids = select(full.ids, keep);
  state.indexes = select(state.indexes, keep);
  if (state.flags) state.flags = select(state.flags, keep);
  if (free) free.ids = select(free.ids, keep.subarray(input.start));
  const dropped = keep.subarray(0, bound).reduce((sum, kept) => sum + 1 - kept, 0);
  state.end = bound - dropped + input.iterativeSize;
}
