/**
 * Which of a server's tokens are the continuation's, by their texts alone.
 *
 * Servers count `text_offset` in characters, code points or bytes, with or without the start token, so
 * offsets are not looked at. Texts are followed from the end: no start token and no template stands there.
 * Pure.
 *
 * @module
 */
import { piecesOf, startsOf } from "./token-bytes.js";

/**
 * Index of the first token of `continuation`, the last of `tokens` being its last; undefined where the
 * texts do not spell it. A token over the boundary of prompt and continuation is the continuation's.
 *
 * Tokens may hold parts of a character, as `�`, as `bytes:\xf0\x9f` or as nothing (then the last of
 * them may hold all of it), and may lack the space before a word.
 *
 * @param tokens - texts of the tokens of `prompt + continuation`, in order
 * @param scoredFrom - the first token that has a log-probability; those before are never the continuation's
 */
export function firstOfContinuation(
  tokens: readonly string[],
  prompt: string,
  continuation: string,
  scoredFrom = 0,
): number | undefined {
  const first = tokens.join("").endsWith(prompt + continuation)
    ? firstByLength(tokens, continuation, scoredFrom)
    : firstByBytes(tokens, prompt, continuation, scoredFrom);
  return first === undefined || first < scoredFrom ? undefined : first;
}

/** Where the texts are exact. Empty ones before a token are parts of the character that it completes. */
function firstByLength(
  tokens: readonly string[],
  continuation: string,
  scoredFrom: number,
): number | undefined {
  let first = tokens.length;
  for (let left = continuation.length; left > 0; ) left -= tokens[--first].length;
  while (first > scoredFrom && tokens[first - 1] === "") first--;
  return first;
}

/**
 * Where texts are incomplete: all readings are followed from the end, each as the byte where its
 * tokens begin and, once that is the prompt's, the first token of the continuation.
 */
function firstByBytes(
  tokens: readonly string[],
  prompt: string,
  continuation: string,
  scoredFrom: number,
): number | undefined {
  const bytes = new TextEncoder().encode(prompt + continuation);
  const boundary = new TextEncoder().encode(prompt).length;
  let readings = new Map<number, number | undefined>([[bytes.length, undefined]]);
  for (let i = tokens.length - 1; i >= scoredFrom; i--) {
    const { pieces, partial } = piecesOf(tokens[i]);
    if (!partial && agreed(readings) !== undefined) break;
    const before = new Map<number, number | undefined>();
    for (const [end, known] of readings) {
      for (const start of startsOf(pieces, bytes, end)) {
        const empty = start === end && start === boundary && bytes[boundary] >= 0x80;
        const first = start > boundary ? undefined : empty ? i : (known ?? i);
        before.set(start, least(before.get(start), first));
      }
    }
    // A token that no reading explains is no part of the text, such as a start token.
    if (before.size === 0) break;
    readings = before;
  }
  return best(readings);
}

/** What all readings say; undefined where they differ or one is still in the continuation. */
function agreed(readings: ReadonlyMap<number, number | undefined>): number | undefined {
  const [first, ...others] = new Set(readings.values());
  return others.length === 0 ? first : undefined;
}

function best(readings: ReadonlyMap<number, number | undefined>): number | undefined {
  return [...readings.values()].reduce(least, undefined);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
