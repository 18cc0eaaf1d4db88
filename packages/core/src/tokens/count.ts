/**
 * Counting a long text without holding up the event loop.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import { piecesOf } from "./pieces.js";
import type { TokenCounter } from "./types.js";

/** Few pieces: a counter that puts something in front of every text counts it once a piece. */
const LENGTHS = { target: 32_768, longest: 49_152 };

/** Tokens of `text`; one longer than 32,768 UTF-16 units is counted in pieces cut between words. */
export async function countText(
  counter: TokenCounter,
  text: string,
  breath: Breather,
): Promise<number> {
  let tokens = 0;
  for (const piece of piecesOf(text, LENGTHS)) {
    await breath.pause();
    tokens += counter.count(piece);
  }
  return tokens;
}
