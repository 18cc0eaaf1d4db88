/**
 * `PromptCompressor.recover` of the Python reference (llmlingua 0.2.2), step by step. Pure.
 *
 * Held by the vectors in fixtures/recover. One difference: where the reference fails, on an empty word
 * (the response "", two spaces in a row), the word is copied.
 *
 * @module
 */
import { lastAtMost } from "./recover-words.js";

/** What is used of a tokenizer: no special tokens are added. */
export interface RecoverTokenizer {
  encode(text: string): { readonly ids: ArrayLike<number> };
  decode(ids: ArrayLike<number>): string;
}

export interface RecoverLikeReferenceInput {
  /** Token ids of the original prompt. */
  readonly originalIds: ArrayLike<number>;
  /** The compressed prompt's text. */
  readonly compressed: string;
  readonly response: string;
  readonly tokenizer: RecoverTokenizer;
}

/** Tokens from one match to the next. */
const MOST_STEP = 10;

/**
 * The response with every run of its words that the compressed text holds replaced by a stretch of the
 * original. Words are what single spaces separate, and `recover` does all of it better: this is for
 * comparison. Time grows with run length × occurrences of the run's first token.
 */
export function recoverLikeReference(input: RecoverLikeReferenceInput): string {
  const { originalIds, compressed, response, tokenizer } = input;
  const places = placesOf(originalIds);
  const words = response.split(" ");
  const recovered: string[] = [];
  for (let from = 0; from < words.length; ) {
    let run = words[from++];
    if (!compressed.includes(run)) {
      recovered.push(run);
      continue;
    }
    while (from < words.length && compressed.includes(`${run} ${words[from]}`)) {
      run += ` ${words[from++]}`;
    }
    const found = bestStretch(tokenizer.encode(run).ids, places);
    recovered.push(found ? tokenizer.decode(slice(originalIds, found.start, found.end)) : run);
  }
  return recovered.join(" ");
}

function placesOf(ids: ArrayLike<number>): ReadonlyMap<number, number[]> {
  const places = new Map<number, number[]>();
  for (let i = 0; i < ids.length; i++) {
    const known = places.get(ids[i]);
    if (known) known.push(i);
    else places.set(ids[i], [i]);
  }
  return places;
}

/** Most tokens matched, then the shortest stretch, then the earliest. */
function bestStretch(run: ArrayLike<number>, places: ReadonlyMap<number, readonly number[]>) {
  let best: { start: number; end: number; count: number } | undefined;
  for (const start of places.get(run[0]) ?? []) {
    const { end, count } = walk(run, places, start);
    const isShorter = best && count === best.count && end - start < best.end - best.start;
    if (!best || count > best.count || isShorter) best = { start, end, count };
  }
  return best;
}

/** From `start` to the next occurrence of each token; one that is too far is skipped. */
function walk(
  run: ArrayLike<number>,
  places: ReadonlyMap<number, readonly number[]>,
  start: number,
) {
  let at = start;
  let count = 1;
  for (let i = 1; i < run.length; i++) {
    const own = places.get(run[i]) ?? [];
    const next: number | undefined = own[lastAtMost(own, at) + 1];
    if (next === undefined || next - at > MOST_STEP) continue;
    at = next;
    count++;
  }
  return { end: at + 1, count };
}

function slice(ids: ArrayLike<number>, start: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - start }, (_, i) => ids[start + i]);
}
