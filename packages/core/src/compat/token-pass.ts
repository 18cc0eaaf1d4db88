/**
 * The Python reference's token pass, slips included: the one file that repeats them.
 *
 * LLMLingua (Jiang et al., 2023), §4.2, Algorithm 2, as microsoft/LLMLingua e0e9d99 runs it:
 * a token is judged by the loss of the token *after* it, against a threshold taken from all losses
 * known so far, and what the last whole window does not reach is kept. Negative bounds count from
 * the end, in Python's slices and in `subarray` and `slice` alike; several slips rest on that.
 * A window costs what lies in the model's reach, however long the text behind it is.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { breather } from "../schedule.js";
import { concat, cutOut, droppedBefore, pad, sizeMismatch, sliceBound } from "./arrays.js";
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
  /** Positions in the input of what trims moved out of reach, trim by trim. */
  readonly popped: Uint32Array[];
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
  const breath = breather(input.signal);
  for (let round = 0; state.end <= state.full.ids.length && round < input.plan.length; round++) {
    await breath.pause();
    if (state.end > input.maxPositions && round >= 2) trim(state);
    if (!(await score(state, round === 0, losses))) break;
    for (const stretch of input.plan[round]) {
      await breath.pause();
      decide(state, stretch);
    }
  }
  const indexes = concat([...state.popped, state.indexes]).slice(input.start);
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
    full: stream("full", ids.slice()),
    free: input.conditionCompare ? stream("question-free", ids.slice(start)) : undefined,
    indexes: ids.map((_, index) => index),
    popped: [],
    flags: input.keepSplit ? flagSplits(ids, input.splitToken) : undefined,
    end: Math.min(input.iterativeSize + start, ids.length),
  };
}

function flagSplits(ids: Uint32Array, splitToken: number): Uint8Array {
  const flags = new Uint8Array(ids.length);
  for (let i = 1; i < ids.length; i++) {
    if (ids[i - 1] === splitToken && ids[i] === splitToken) flags.fill(1, i - 1, i + 1);
  }
  return flags;
}

/** Moves the oldest ids out of reach and cuts as many positions out of the cache's middle. */
function trim(state: State): void {
  const excess = state.end - state.input.maxPositions;
  const head = Math.min(CACHE_HEAD + state.input.start, state.input.maxPositions);
  state.popped.push(state.indexes.slice(0, excess));
  state.indexes = state.indexes.subarray(excess);
  state.flags = state.flags?.subarray(excess);
  state.end -= excess;
  trimStream(state.full, excess, head);
  if (state.free) trimStream(state.free, excess, Math.min(head, state.free.cache.length - excess));
}

function trimStream(stream: Stream, excess: number, head: number): void {
  stream.ids = stream.ids.subarray(excess);
  stream.cache = concat([stream.cache.subarray(0, head), stream.cache.subarray(head + excess)]);
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
  stream.cache = first ? new Uint32Array(0) : concat([cache, fresh]).slice(0, end - iterativeSize);
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
  const { full, free, flags, input } = state;
  const { start } = input;
  const until = state.end - input.iterativeSize + tokens;
  const reach = { from: until - tokens, until };
  const judged = free
    ? judgeContrast({ full: full.losses, free: free.losses, start }, rate, reach)
    : judge(full.losses, rate, reach);
  full.losses = cutOut(full.losses, judged);
  if (free) free.losses = cutOut(free.losses, judged, start);
  const cut = flags
    ? keepSplits(judged, { ids: full.ids, flags }, input.splitToken, reach)
    : judged;
  const { length } = full.ids;
  const dropped = droppedBefore(cut, sliceBound(until, length));
  full.ids = cutOut(full.ids, cut);
  state.indexes = cutOut(state.indexes, cut);
  if (flags) state.flags = cutOut(flags, cut);
  if (free) {
    const rest = Math.max(0, length - start);
    if (free.ids.length !== rest) throw sizeMismatch(rest, free.ids.length);
    free.ids = cutOut(free.ids, cut, start);
  }
  state.end = until - dropped + input.iterativeSize;
}
